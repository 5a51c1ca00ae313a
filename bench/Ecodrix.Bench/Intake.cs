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

        await load.SaturateAsync(_ => empty, Duration / 5, cancellationToken);
        var (nothing, nothingTook) = await load.SaturateAsync(_ => empty, Duration, cancellationToken);
        await load.SaturateAsync(_ => trigger, Duration / 5, cancellationToken);
        var (accepted, acceptedTook) = await load.SaturateAsync(_ => trigger, Duration, cancellationToken);

        table.Add("empty JSON POST, same process", nothing, nothingTook, baseline: null);
        table.Add("trigger accepted (fsync, existing lead, one rule)", accepted, acceptedTook, nothing.Count / nothingTook.TotalSeconds);
        table.Note($"resident after intake: {server.ResidentBytes() / 1024 / 1024} MiB");
    }
}
