namespace Ecodrix.Bench.Dashboards;

/// <summary>Dashboards at the real server.</summary>
internal static class RealtimeBench
{
    /// <summary>
    /// <c>realtime [soak] [tenants] [dashboards of each] [seconds] [changes a second of each tenant]</c> or
    /// <c>realtime steps [triggers a second] [seconds] [dashboards of each tenant]</c>.
    /// </summary>
    public static async Task RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        if (arguments is ["steps", ..])
        {
            double rate = Arguments.Number(arguments, 100);
            var duration = TimeSpan.FromSeconds(Arguments.Number(arguments, 20, at: 1));
            var steps = await StepLatency.RunAsync(rate, duration, Arguments.Number(arguments, 5, at: 2), cancellationToken);
            steps.Write(Console.Out, rate);
            return;
        }

        var plan = new SoakPlan(Arguments.Number(arguments, 100), Arguments.Number(arguments, 50, at: 1))
        {
            Duration = TimeSpan.FromSeconds(Arguments.Number(arguments, 300, at: 2)),
            Rate = Arguments.Number(arguments, 2, at: 3),
        };
        var report = await DashboardSoak.RunAsync(plan, cancellationToken);
        report.Write(Console.Out);
    }
}
