using System.Globalization;

namespace Ecodrix.Bench.Crash;

/// <summary><c>crash [kills] [--gently] [--without-effect-record] [--mongodb uri] [--instances n]</c></summary>
internal static class CrashBench
{
    private const int Kills = 50;

    public static async Task RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var instances = int.Parse(Arguments.After(arguments, Arguments.Instances) ?? "1", CultureInfo.InvariantCulture);
        var plan = new CrashPlan(Arguments.Number(arguments, Kills))
        {
            Gently = Arguments.Has(arguments, "--gently"),
            WithEffectRecord = !Arguments.Has(arguments, Serving.Served.WithoutEffectRecord),

            // Several over files would be strangers to each other.
            MongoDb = instances > 1 ? Arguments.Needed(arguments, Arguments.MongoDb) : Arguments.After(arguments, Arguments.MongoDb),
            Instances = instances,
        };
        Write(plan, await CrashHarness.RunAsync(plan, cancellationToken), Console.Out);
    }

    private static void Write(CrashPlan plan, CrashReport report, TextWriter output)
    {
        var verdict = report.Verdict;
        var table = new Table($"{plan.Kills} × {(plan.Gently ? "SIGTERM" : "SIGKILL")}", "count");
        table.Add("events acknowledged", Table.Number(report.Acknowledged));
        table.Add("effects lost", Table.Number(verdict.Lost));
        table.Add("effects doubled", Table.Number(verdict.Doubled));
        table.Add("steps unknown", Table.Number(verdict.Unknown));
        table.Add("… on the wire at a kill", Table.Number(verdict.OnTheWire));
        table.Add("… answered, a kill before that was durable", Table.Number(verdict.JustAnswered));
        table.Add("… recorded, a kill before the request arrived", Table.Number(verdict.NeverSent));
        table.Add("… without such a reason", Table.Number(verdict.Unexplained));
        table.Add("messages unknown after the provider's reports", report.LeftAfterReports?.ToString(CultureInfo.InvariantCulture) ?? "the server has no route for reports");
        if (report.Recoveries.Max() is { } longest)
        {
            table.Note(
                $"from restart to the first effect of earlier events: {Table.Ms(longest)} at most "
                + $"({report.Recoveries.Count} restarts had any left, and {report.Recoveries.Count(recovery => recovery is null)} of them were ended before one)");
        }

        if (report.Takeovers.Count > 0)
        {
            table.Note(
                $"from a kill until others had all that the killed process held: {Table.Ms(report.Takeovers.Max(taken => taken.After))} at most "
                + $"({Table.Number(report.Takeovers.Sum(taken => taken.Held))} items of {report.Takeovers.Count} kills, {report.Takeovers.Sum(taken => taken.Left)} not taken)");
        }

        if (report.Stops.Count > 0)
        {
            table.Note($"from SIGTERM to the end: {Table.Ms(report.Stops.Max())} at most");
        }

        table.Write(output);
    }
}
