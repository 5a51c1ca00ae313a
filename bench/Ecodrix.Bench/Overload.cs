using System.Diagnostics;
using System.Globalization;
using Ecodrix.Bench.Serving;

namespace Ecodrix.Bench;

/// <summary>Far more triggers than the server can carry out: what it takes in, what it refuses, how much memory it needs meanwhile, and when it is itself again.</summary>
internal static class Overload
{
    private const int Refused = 503;

    private static readonly TimeSpan SampleEvery = TimeSpan.FromMilliseconds(250);

    /// <summary><c>overload [seconds] [connections]</c></summary>
    public static async Task RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var duration = TimeSpan.FromSeconds(Arguments.Number(arguments, 20));
        var connections = Arguments.Number(arguments, 2_000, at: 1);
        await using var server = new ServerUnderTest();
        await server.StartAsync(cancellationToken);
        var runs = await WholeRuns.CapacityAsync(server, "OVER", Table.OfRates(), cancellationToken);

        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var resident = server.SampleResidentAsync(SampleEvery, end.Token);
        var answers = new Answers();
        // Ten times what it carries out, spread over the time: what a connection cannot send in time, because its answer is late, is not sent.
        var loaded = await new Load(server.Address, connections).AtRateAsync(
            runs.RequestOf, 10 * runs.Capacity, duration, cancellationToken, (_, status) => answers.Count(status), givesUp: true);
        var backlog = await runs.Tenant.QueueDepthAsync(cancellationToken);
        var drained = Stopwatch.GetTimestamp();
        await server.DrainedAsync(cancellationToken);
        var recovery = Stopwatch.GetElapsedTime(drained);
        await end.CancelAsync();
        var after = await new Load(server.Address, 64).AtRateAsync(runs.RequestOf, runs.Capacity / 2, TimeSpan.FromSeconds(5), cancellationToken);

        var table = new Table(string.Create(CultureInfo.InvariantCulture, $"{connections} connections, ten times {runs.Capacity:#,0} whole runs a second, for {duration.TotalSeconds:0} s"), "figure");
        table.Add("sent", Table.Number(loaded.Latencies.Count / loaded.Took.TotalSeconds) + "/s");
        table.Add("accepted", Table.Number(answers.Accepted));
        table.Add("refused with 503", Table.Number(answers.Refused));
        table.Add("other answers", Table.Number(answers.Others));
        table.Add("unfinished at the end, counted to 10,000 in each lane", Table.Number(backlog));
        table.Add("until everything was done", Table.Number(recovery.TotalSeconds) + " s");
        table.Add("most resident", Table.Number((await resident).Max() / 1024.0 / 1024) + " MiB");
        table.Add("p95 of an answer afterwards, at half of what it can", Table.Ms(after.Latencies.At(0.95)));
        table.Add("errors afterwards", Table.Number(after.Latencies.Errors));
        table.Write(Console.Out);
    }

    private sealed class Answers
    {
        private long accepted;
        private long refused;
        private long others;

        public long Accepted => accepted;

        public long Refused => refused;

        public long Others => others;

        public void Count(int status) => Interlocked.Increment(ref status < 300 ? ref accepted : ref status is Overload.Refused ? ref refused : ref others);
    }
}
