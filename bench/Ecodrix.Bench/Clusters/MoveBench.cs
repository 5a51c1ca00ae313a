using System.Globalization;

namespace Ecodrix.Bench.Clusters;

/// <summary><c>move --mongodb uri [leads] [triggers a second]</c></summary>
internal static class MoveBench
{
    public static async Task RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var plan = new MovePlan(Arguments.Needed(arguments, Arguments.MongoDb))
        {
            Leads = Arguments.Number(arguments, 3_000),
            Rate = Arguments.Number(arguments, 50, at: 1),
        };
        Write(plan, await MoveHarness.RunAsync(plan, cancellationToken), Console.Out);
    }

    private static void Write(MovePlan plan, MoveReport report, TextWriter output)
    {
        var table = new Table($"a tenant moved from its file to a server and back, {plan.Rate:0} triggers and {plan.Rate:0} reads a second", "figure");
        AddAnswers(table, "triggers", report.Triggers);
        AddAnswers(table, "reads", report.Reads);
        table.Add("longest answer to a trigger; to a read", $"{Table.Ms(report.TriggerAnswers.At(1))}; {Table.Ms(report.ReadAnswers.At(1))}");
        table.Add("effects lost", Table.Number(report.Lost));
        table.Add("effects doubled", Table.Number(report.Doubled));
        table.Add("the moves under load took", string.Join("; ", report.Moves.Take(2).Select(Table.Ms)));
        table.Add("documents compared at rest, before and after a move there and back", Table.Number(report.Documents));
        table.Add("… not the same byte for byte", Table.Number(report.Different));
        table.Add("… same count and checksum of each collection on the server", report.IsSameThere ? "yes" : "no");
        table.Write(output);
    }

    private static void AddAnswers(Table table, string what, IReadOnlyDictionary<int, int> answers)
    {
        foreach (var (status, count) in answers.OrderBy(answer => answer.Key))
        {
            table.Add($"{what} answered {status.ToString(CultureInfo.InvariantCulture)}", Table.Number(count));
        }
    }
}
