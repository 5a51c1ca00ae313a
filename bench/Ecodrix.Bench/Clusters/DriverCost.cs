using Ecodrix.Bench.Serving;

namespace Ecodrix.Bench.Clusters;

/// <summary>What an event costs our process on a server, against files: the same work, one after the other, in one run.</summary>
internal static class DriverCost
{
    private const int Connections = 64;

    private static readonly TimeSpan Warm = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(10);

    /// <summary><c>driver --mongodb uri [accepted a second] [runs a second]</c></summary>
    public static async Task RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        await using var databases = new ServerDatabases(Arguments.Needed(arguments, Arguments.MongoDb));
        var (accepts, runs) = (Arguments.Number(arguments, 500), Arguments.Number(arguments, 200, at: 1));
        var files = await MeasureAsync(null, accepts, runs, cancellationToken);
        var onServer = await MeasureAsync(databases.Settings, accepts, runs, cancellationToken);
        var table = new Table("processor time of our process, each", "files", "server", "ratio");
        Add(table, $"trigger accepted, {accepts}/s", files.Accepted, onServer.Accepted);
        Add(table, $"one-step run, accept included, {runs}/s", files.Run, onServer.Run);
        table.Note($"errors: {files.Errors + onServer.Errors}");
        table.Write(Console.Out);
    }

    private static void Add(Table table, string what, TimeSpan files, TimeSpan onServer) =>
        table.Add(what, $"{Table.Number(files.TotalMicroseconds)} µs", $"{Table.Number(onServer.TotalMicroseconds)} µs", Table.Ratio(onServer / files));

    private static async Task<(TimeSpan Accepted, TimeSpan Run, long Errors)> MeasureAsync(
        IReadOnlyDictionary<string, string>? settings, double accepts, double runs, CancellationToken cancellationToken)
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

        var accepted = await CostAsync(tenant, [.. phones.Select(phone => tenant.TriggerRequest("bench_intake", phone))], accepts, cancellationToken);
        var run = await CostAsync(tenant, [.. phones.Select(phone => tenant.TriggerRequest("bench_run", phone))], runs, cancellationToken);
        return (accepted.Each, run.Each, accepted.Errors + run.Errors);
    }

    private static async Task<(TimeSpan Each, long Errors)> CostAsync(Tenant tenant, byte[][] requests, double rate, CancellationToken cancellationToken)
    {
        var load = new Load(tenant.Server.Address, Connections);
        await load.AtRateAsync(turn => requests[turn % requests.Length], rate, Warm, cancellationToken);
        await tenant.Server.DrainedAsync(cancellationToken);
        var before = tenant.Server.CpuTime();
        var loaded = await load.AtRateAsync(turn => requests[turn % requests.Length], rate, Duration, cancellationToken);
        await tenant.Server.DrainedAsync(cancellationToken);
        return ((tenant.Server.CpuTime() - before) / loaded.Latencies.Count, loaded.Latencies.Errors);
    }
}
