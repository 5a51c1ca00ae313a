namespace Ecodrix.Bench.Clusters;

/// <summary><c>outage --mongodb uri [seconds] [triggers a second] [--silently] [--all-on-server]</c></summary>
internal static class OutageBench
{
    public static async Task RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var plan = new OutagePlan(Arguments.Needed(arguments, Arguments.MongoDb))
        {
            Outage = TimeSpan.FromSeconds(Arguments.Number(arguments, 60)),
            Rate = Arguments.Number(arguments, 100, at: 1),
            Silently = Arguments.Has(arguments, "--silently"),
            AllOnServer = Arguments.Has(arguments, "--all-on-server"),
        };
        Write(plan, await OutageHarness.RunAsync(plan, cancellationToken), Console.Out);
    }

    private static void Write(OutagePlan plan, OutageReport report, TextWriter output)
    {
        var what = plan.Silently ? "silent" : "refused";
        var table = new Table($"one tenant's server {what} for {plan.Outage.TotalSeconds:0} s, {plan.Rate:0} triggers a second", "figure");
        table.Add("triggers answered 200", Table.Number(report.Accepted));
        table.Add("… 202, deferred", Table.Number(report.Deferred));
        table.Add("… anything else", Table.Number(report.Refused));
        table.Add("longest answer", Table.Ms(report.Answers.At(1)));
        table.Add("effects lost", Table.Number(report.Lost));
        table.Add("effects doubled", Table.Number(report.Doubled));
        table.Add("effects unknown", Table.Number(report.Unknown));
        table.Add("effects before those of an earlier trigger for the same lead", Table.Number(report.OutOfOrder));
        table.Add("from the server's return to the last effect of what was fired during the outage", Table.Ms(report.Drained));
        table.Add("from the server's return until nothing was left to do", report.Settled is { } settled ? Table.Ms(settled) : "something was left");
        table.Add("another tenant, trigger → provider, p95 before", Table.Ms(report.OtherBefore.At(0.95)));
        table.Add("… during the outage", Table.Ms(report.OtherDuring.At(0.95)));
        table.Add("… ratio", Table.Ratio(report.OtherDuring.At(0.95) / report.OtherBefore.At(0.95)));
        table.Add("… missing or doubled", Table.Number(report.OtherBefore.Errors + report.OtherDuring.Errors));
        table.Write(output);
    }
}
