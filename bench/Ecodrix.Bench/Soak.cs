using Ecodrix.Bench.Serving;

namespace Ecodrix.Bench;

/// <summary>Whole runs for a long time at 70 % of what the server was just measured to do.</summary>
internal static class Soak
{
    private const double Share = 0.7;

    private static readonly TimeSpan SampleEvery = TimeSpan.FromSeconds(2);

    /// <summary><c>soak [minutes]</c></summary>
    public static async Task RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var duration = TimeSpan.FromMinutes(Arguments.Number(arguments, 30));
        await using var server = new ServerUnderTest();
        await server.StartAsync(cancellationToken);
        var rates = Table.OfRates();
        var runs = await WholeRuns.CapacityAsync(server, "SOAK", rates, cancellationToken);
        rates.Write(Console.Out);

        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sampling = server.SampleResidentAsync(SampleEvery, end.Token);
        var loaded = await new Load(server.Address, 256).AtRateAsync(runs.RequestOf, runs.Capacity * Share, duration, cancellationToken);
        var backlog = await runs.Tenant.QueueDepthAsync(cancellationToken);
        await end.CancelAsync();
        Write(runs.Capacity * Share, loaded, await sampling, backlog);
    }

    private static void Write(double perSecond, Loaded loaded, IReadOnlyList<long> samples, long backlog)
    {
        var third = samples.Count / 3;
        var (first, last) = (samples.Take(third).DefaultIfEmpty().Average(), samples.TakeLast(third).DefaultIfEmpty().Average());
        var table = new Table($"soak of {loaded.Took.TotalMinutes:0} min at {perSecond:0}/s", "figure");
        table.Add("resident, first third", Table.Number(first / 1024 / 1024) + " MiB");
        table.Add("resident, last third", Table.Number(last / 1024 / 1024) + " MiB");
        table.Add("ratio", Table.Ratio(last / first));
        table.Add("errors", Table.Number(loaded.Latencies.Errors));
        table.Add("backlog at the end", Table.Number(backlog));
        table.Add("answered, p99", Table.Ms(loaded.Latencies.At(0.99)));
        table.Write(Console.Out);
    }
}
