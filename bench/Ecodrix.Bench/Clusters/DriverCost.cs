using System.Diagnostics;
using Ecodrix.Bench.Serving;

namespace Ecodrix.Bench.Clusters;

/// <summary>What an event costs our process on a server, against files: the same work, one after the other, in one run.</summary>
internal static class DriverCost
{
    private const int Connections = 64;

    /// <summary>For each event that is measured: the JIT compiles in tiers, in the background; a server in service has that behind it.</summary>
    private const int Warm = 4;

    /// <summary>So much fewer whole runs are measured than events that are only accepted.</summary>
    private const int Rarer = 4;

    /// <summary><c>driver [events] --mongodb uri</c></summary>
    /// <remarks>So many events and not so many seconds: a server without indexes in memory becomes slower with each.</remarks>
    public static async Task RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        await using var databases = new ServerDatabases(Arguments.Needed(arguments, Arguments.MongoDb));
        var events = Arguments.Number(arguments, 5_000);
        var files = await MeasureAsync(null, events, cancellationToken);
        var onServer = await MeasureAsync(databases.Settings, events, cancellationToken);
        var table = new Table($"processor time of our process, {Connections} connections", "files", "server", "ratio", "per second on files", "on the server");
        Add(table, "a trigger accepted", files.Accepted, onServer.Accepted);
        Add(table, "a one-step run, accept included", files.Run, onServer.Run);
        table.Note($"errors: {files.Accepted.Errors + onServer.Accepted.Errors + files.Run.Errors + onServer.Run.Errors}");
        table.Write(Console.Out);
    }

    private static void Add(Table table, string what, Cost files, Cost onServer) => table.Add(
        what,
        $"{Table.Number(files.Each.TotalMicroseconds)} µs",
        $"{Table.Number(onServer.Each.TotalMicroseconds)} µs",
        Table.Ratio(onServer.Each / files.Each),
        Table.Number(files.PerSecond),
        Table.Number(onServer.PerSecond));

    private static async Task<(Cost Accepted, Cost Run)> MeasureAsync(IReadOnlyDictionary<string, string>? settings, int events, CancellationToken cancellationToken)
    {
        await using var server = new ServerUnderTest(settings);
        await server.StartAsync(cancellationToken);
        var tenant = await server.CreateTenantAsync("BENCH", cancellationToken);
        await tenant.PostAsync("/api/crm/automations", Rules.LaterTag, cancellationToken);
        await tenant.PostAsync("/api/crm/automations", Rules.OneMessage, cancellationToken);
        string[] phones = [.. Enumerable.Range(0, Connections).Select(number => $"+9198765{number:00000}")];
        foreach (var phone in phones)
        {
            await tenant.PostAsync("/api/crm/leads", new { firstName = "Asha", phone }, cancellationToken);
        }

        return (
            await CostAsync(tenant, [.. phones.Select(phone => tenant.TriggerRequest("bench_intake", phone))], events, cancellationToken),
            await CostAsync(tenant, [.. phones.Select(phone => tenant.TriggerRequest("bench_run", phone))], events / Rarer, cancellationToken));
    }

    private static async Task<Cost> CostAsync(Tenant tenant, byte[][] requests, int events, CancellationToken cancellationToken)
    {
        var server = tenant.Server;
        var load = new Load(server.Address, Connections);
        await load.SaturateAsync(turn => requests[turn % requests.Length], events * Warm, cancellationToken);
        await server.DrainedAsync(cancellationToken);

        var before = server.CpuTime();
        var started = Stopwatch.GetTimestamp();
        var (latencies, _) = await load.SaturateAsync(turn => requests[turn % requests.Length], events, cancellationToken);
        await server.DrainedAsync(cancellationToken);
        return new Cost((server.CpuTime() - before) / latencies.Count, latencies.Count / Stopwatch.GetElapsedTime(started).TotalSeconds, latencies.Errors);
    }

    /// <param name="Each">Of all of the process's threads.</param>
    private sealed record Cost(TimeSpan Each, double PerSecond, long Errors);
}
