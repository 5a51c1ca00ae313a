using System.Diagnostics;
using System.Globalization;
using Ecodrix.Bench.Serving;

namespace Ecodrix.Bench;

/// <summary>How many whole runs the engine does: trigger, condition, one sandbox message, settle.</summary>
internal static class WholeRuns
{
    private const int Connections = 64;

    private const int Leads = 500;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(10);

    // As long as the compiler goes on: it takes a seventh of the processor in the first quarter of a minute.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(20);

    public static async Task RunAsync(Table table, int tenants, CancellationToken cancellationToken)
    {
        await using var server = new ServerUnderTest();
        await server.StartAsync(cancellationToken);
        var requests = new List<byte[]>();
        for (var number = 0; number < tenants; number++)
        {
            var tenant = await server.CreateTenantAsync($"BENCH{number}", cancellationToken);
            await tenant.PostAsync("/api/crm/automations", Rules.OneMessage, cancellationToken);
            for (var lead = 0; lead < Math.Max(1, Connections / tenants); lead++)
            {
                var phone = $"+9198765{lead:00000}";
                await tenant.PostAsync("/api/crm/leads", new { firstName = "Asha", phone }, cancellationToken);
                requests.Add(tenant.TriggerRequest("bench_run", phone));
            }
        }

        var load = new Load(server.Address, Connections);
        await load.SaturateAsync(turn => requests[(int)(turn % requests.Count)], WarmUp, cancellationToken);
        await server.DrainedAsync(cancellationToken);
        await MeasureAsync(server, tenants, requests, table, cancellationToken);
        table.Note($"resident after whole runs: {server.ResidentBytes() / 1024 / 1024} MiB");
    }

    /// <summary>Makes a client with one rule and many leads, and measures twice what it can do; the first time warms the server.</summary>
    public static async Task<RunLoad> CapacityAsync(ServerUnderTest server, string code, Table table, CancellationToken cancellationToken)
    {
        var tenant = await server.CreateTenantAsync(code, cancellationToken);
        await tenant.PostAsync("/api/crm/automations", Rules.OneMessage, cancellationToken);
        var requests = Enumerable.Range(0, Leads)
            .Select(number => tenant.TriggerRequest("bench_run", string.Create(CultureInfo.InvariantCulture, $"+9198765{number:00000}")))
            .ToList();
        await MeasureAsync(server, 1, requests, table, cancellationToken);
        return new RunLoad(tenant, requests, await MeasureAsync(server, 1, requests, table, cancellationToken));
    }

    /// <returns>Runs a second, until the last is settled.</returns>
    public static async Task<double> MeasureAsync(
        ServerUnderTest server, int tenants, IReadOnlyList<byte[]> requests, Table table, CancellationToken cancellationToken)
    {
        var before = server.CpuTime();
        var started = Stopwatch.GetTimestamp();
        var (accepted, _) = await new Load(server.Address, Connections).SaturateAsync(turn => requests[(int)(turn % requests.Count)], Duration, cancellationToken);
        await server.DrainedAsync(cancellationToken);

        var took = Stopwatch.GetElapsedTime(started);
        table.AddRate($"whole runs, {tenants} tenant(s)", accepted, took, server.CpuTime() - before, baseline: null);
        return accepted.Count / took.TotalSeconds;
    }
}

/// <param name="Capacity">Whole runs a second.</param>
internal sealed record RunLoad(Tenant Tenant, IReadOnlyList<byte[]> Requests, double Capacity)
{
    public byte[] RequestOf(long turn) => Requests[(int)(turn % Requests.Count)];
}
