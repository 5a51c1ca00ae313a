using Ecodrix.Bench.Clusters;
using Ecodrix.Bench.Crash;
using Ecodrix.Bench.Dashboards;
using Ecodrix.Bench.Emits;

namespace Ecodrix.Bench;

/// <summary>The benchmarks by their names.</summary>
internal static class Benchmarks
{
    /// <param name="arguments">A name and what it takes; or several of <c>intake runs jobs</c>, whose rows then share a table. Nothing means these three.</param>
    public static Task RunAsync(string[] arguments, CancellationToken cancellationToken) => arguments switch
    {
        ["crash", .. var rest] => CrashBench.RunAsync(rest, cancellationToken),
        ["fairness", .. var rest] => Fairness.RunAsync(rest, cancellationToken),
        ["latency", .. var rest] => EffectLatency.RunAsync(rest, cancellationToken),
        ["growth", .. var rest] => Growth.RunAsync(rest, cancellationToken),
        ["overload", .. var rest] => Overload.RunAsync(rest, cancellationToken),
        ["soak", .. var rest] => Soak.RunAsync(rest, cancellationToken),
        ["realtime", .. var rest] => RealtimeBench.RunAsync(rest, cancellationToken),
        ["emit", .. var rest] => EmitBench.RunAsync(rest, cancellationToken),
        ["idle", .. var rest] => Idle.RunAsync(rest, cancellationToken),
        ["start", .. var rest] => Starts.RunAsync(rest, cancellationToken),
        ["outage", .. var rest] => OutageBench.RunAsync(rest, cancellationToken),
        ["move", .. var rest] => MoveBench.RunAsync(rest, cancellationToken),
        ["tenants", .. var rest] => ManyServers.RunAsync(rest, cancellationToken),
        ["driver", .. var rest] => DriverCost.RunAsync(rest, cancellationToken),
        _ => RatesAsync(arguments.Length == 0 ? ["intake", "runs", "jobs"] : arguments, cancellationToken),
    };

    private static async Task RatesAsync(string[] names, CancellationToken cancellationToken)
    {
        var table = Table.OfRates();
        foreach (var name in names)
        {
            switch (name)
            {
                case "intake":
                    await Intake.RunAsync(table, cancellationToken);
                    break;
                case "runs":
                    await WholeRuns.RunAsync(table, 1, cancellationToken);
                    await WholeRuns.RunAsync(table, 1_000, cancellationToken);
                    break;
                case "jobs":
                    await NoOpJobs.RunAsync(table, cancellationToken);
                    break;
                default:
                    await Console.Error.WriteLineAsync($"There is no benchmark {name}: intake runs jobs crash fairness latency growth overload soak realtime emit idle start outage move tenants driver.");
                    return;
            }
        }

        table.Write(Console.Out);
    }
}
