using Ecodrix.Bench.Serving;

namespace Ecodrix.Bench;

/// <summary>How many triggers are accepted durably, beside an endpoint of the same process that reads a JSON body and does nothing.</summary>
internal static class Intake
{
    private const int Connections = 64;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(Table table, CancellationToken cancellationToken)
    {
        await using var server = new ServerUnderTest();
        await server.StartAsync(cancellationToken);
        var tenant = await server.CreateTenantAsync("BENCH", cancellationToken);
        await tenant.PostAsync("/api/crm/leads", new { firstName = "Asha", phone = "+919876500000" }, cancellationToken);
        await tenant.PostAsync("/api/crm/automations", Rules.LaterTag, cancellationToken);

        var load = new Load(server.Address, Connections);
        var trigger = tenant.TriggerRequest("bench_intake", "+919876500000");
        var empty = Connection.Request("POST", new Uri(server.Address, "/bench/empty"), """{"trigger":"x"}""");

        var nothing = await MeasureAsync(server, load, empty, cancellationToken);
        var accepted = await MeasureAsync(server, load, trigger, cancellationToken);

        table.AddRate("empty JSON POST, same process", nothing.Latencies, nothing.Took, nothing.Cpu, baseline: null);
        table.AddRate(
            "trigger accepted (fsync, existing lead, one rule)",
            accepted.Latencies, accepted.Took, accepted.Cpu, nothing.Latencies.Count / nothing.Took.TotalSeconds);
        var half = accepted.Latencies.Count / accepted.Took.TotalSeconds / 2;
        var cpu = server.CpuTime();
        var open = await new Load(server.Address, 4 * Connections).AtRateAsync(_ => trigger, half, Duration, cancellationToken);
        table.AddRate("trigger accepted at half of that rate", open.Latencies, open.Took, server.CpuTime() - cpu, baseline: null);
        table.Note($"resident after intake: {server.ResidentBytes() / 1024 / 1024} MiB");
    }

    private static async Task<(Latencies Latencies, TimeSpan Took, TimeSpan Cpu)> MeasureAsync(
        ServerUnderTest server, Load load, byte[] request, CancellationToken cancellationToken)
    {
        // The JIT compiles in tiers, in the background; a server in service has that behind it.
        await load.SaturateAsync(_ => request, Duration, cancellationToken);

        var before = server.CpuTime();
        var (latencies, took) = await load.SaturateAsync(_ => request, Duration, cancellationToken);
        return (latencies, took, server.CpuTime() - before);
    }
}
