using System.Diagnostics;
using System.Globalization;
using Ecodrix.Bench.Serving;
using Ecodrix.Engine.Jobs;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Bench;

/// <summary>Whether intake and claims become slower with what is stored: few and many finished events, one and many tenants.</summary>
internal sealed class Growth(ServerUnderTest server)
{
    private const int Few = 10_000;

    private const int Chunk = 2_000;

    private const double IntakeRate = 200;

    private const int Claims = 1_000;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(15);

    private readonly List<(string What, TimeSpan Intake, TimeSpan Claim, long Errors)> rows = [];
    private long stored;

    /// <summary><c>growth [events, in thousands] [tenants]</c>; 10000 10000 is the full figure and takes an hour.</summary>
    public static async Task RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var many = Arguments.Number(arguments, 1_000) * 1_000L;
        var tenantCount = Arguments.Number(arguments, 1_000, at: 1);
        await using var server = new ServerUnderTest();
        var growth = new Growth(server);
        await server.StartAsync(cancellationToken);
        var tenants = new List<Tenant> { await growth.CreateTenantAsync(0, cancellationToken) };
        await growth.WarmAsync(tenants, cancellationToken);
        await growth.FillAsync(tenants, Few, cancellationToken);
        await growth.MeasureAsync(tenants[..1], cancellationToken);
        for (var number = 1; number < tenantCount; number++)
        {
            tenants.Add(await growth.CreateTenantAsync(number, cancellationToken));
        }

        await growth.WarmAsync(tenants, cancellationToken);
        await growth.MeasureAsync(tenants, cancellationToken);
        await growth.FillAsync(tenants, many, cancellationToken);
        await growth.MeasureAsync(tenants[..1], cancellationToken);
        await growth.MeasureAsync(tenants, cancellationToken);
        growth.Write();
    }

    private async Task<Tenant> CreateTenantAsync(int number, CancellationToken cancellationToken)
    {
        var tenant = await server.CreateTenantAsync($"BENCH{number}", cancellationToken);
        await tenant.PostAsync("/api/crm/leads", new { firstName = "Asha", phone = "+919876500000" }, cancellationToken);
        await tenant.PostAsync("/api/crm/automations", Rules.OneMessage, cancellationToken);
        return tenant;
    }

    private async Task WarmAsync(List<Tenant> tenants, CancellationToken cancellationToken)
    {
        await IntakeAsync(tenants, cancellationToken);
        await server.DrainedAsync(cancellationToken);
    }

    private Task<Loaded> IntakeAsync(List<Tenant> tenants, CancellationToken cancellationToken) =>
        new Load(server.Address, 64).AtRateAsync(
            turn => tenants[(int)(turn % tenants.Count)].TriggerRequest("bench_run", "+919876500000"), IntakeRate, Duration, cancellationToken);

    private async Task MeasureAsync(List<Tenant> tenants, CancellationToken cancellationToken)
    {
        // What a start leaves cold is not what is asked here.
        await WarmAsync(tenants, cancellationToken);
        var intake = await IntakeAsync(tenants, cancellationToken);
        var late = await server.SendAsync(
            HttpMethod.Post, "/bench/punctual", new { tenants = tenants.Select(tenant => tenant.Code + "_test"), count = Claims }, cancellationToken);
        var claims = new Latencies();
        foreach (var milliseconds in late.EnumerateArray())
        {
            claims.Add(TimeSpan.FromMilliseconds(milliseconds.GetDouble()));
        }

        rows.Add((
            string.Create(CultureInfo.InvariantCulture, $"{stored:#,0} stored events, {tenants.Count:#,0} tenant(s) fire"),
            intake.Latencies.At(0.95),
            claims.At(0.95),
            intake.Latencies.Errors));
    }

    /// <summary>Copies a finished event of the server's own making until there are so many, with the server down.</summary>
    private async Task FillAsync(List<Tenant> tenants, long until, CancellationToken cancellationToken)
    {
        await server.TerminateAsync();
        var started = Stopwatch.GetTimestamp();
        var services = new ServiceCollection();
        services.AddStorage(storage =>
        {
            storage.Services = $"sqlite:{server.Folder.FullName}/services.db";
            storage.Tenants = $"sqlite:{server.Folder.FullName}/tenants/{{code}}.db";
        });
        await using (var provider = services.BuildServiceProvider())
        {
            var work = provider.GetRequiredService<IServicesDatabase>().Documents<WorkItem>();
            var finished = (await work.QueryAsync(new DocumentQuery(Condition.Eq("type", WorkItem.EventType), 1), cancellationToken))[0];
            for (; stored < until; stored += Chunk)
            {
                await work.AddManyAsync([.. Enumerable.Range(0, Chunk).Select(number => CopyOf(finished, tenants[number % tenants.Count]))], cancellationToken);
            }
        }

        await Console.Error.WriteLineAsync($"filled to {stored:#,0} events, {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s");
        await server.StartAsync(cancellationToken);
    }

    private static WorkItem CopyOf(WorkItem finished, Tenant tenant) => finished with
    {
        Id = DocumentId.New(finished.CreatedAt),
        Version = 1,
        Tenant = tenant.Code + "_test",
        DueAt = null,
    };

    private void Write()
    {
        var table = new Table("with", "intake p95", "ratio", "claim p95", "ratio", "errors");
        foreach (var (what, intake, claim, errors) in rows)
        {
            table.Add(what, Table.Ms(intake), Table.Ratio(intake / rows[0].Intake), Table.Ms(claim), Table.Ratio(claim / rows[0].Claim), Table.Number(errors));
        }

        table.Note($"intake at {IntakeRate:0}/s, from the intended send time; claim: from a job's due time until it is begun");
        table.Write(Console.Out);
    }
}
