using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Ecodrix.Bench.Serving;
using Ecodrix.Engine.Jobs;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Bench;

/// <summary>Whether intake and claims become slower with what is stored: a server with few finished events of one tenant, and one with many of many.</summary>
/// <param name="rows">Shared by the servers that are compared.</param>
internal sealed class Growth(ServerUnderTest server, List<Growth.Row> rows)
{
    private const int Few = 10_000;

    private const int Chunk = 2_000;

    private const double IntakeRate = 200;

    private const int Claims = 1_000;

    private const string Phone = "+919876500000";

    private const string KeysFile = "keys.json";

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(15);

    /// <param name="Middle">Half of the triggers were answered within it.</param>
    /// <param name="Intake">95 of 100 triggers were answered within it.</param>
    /// <param name="Claim">95 of 100 jobs were begun within it, from their due time.</param>
    internal sealed record Row(string What, TimeSpan Middle, TimeSpan Intake, TimeSpan Claim, long Errors);

    /// <summary><c>growth [events, in thousands] [tenants] [--folder path [--prepare]]</c>; 10000 10000 is the full figure.</summary>
    /// <remarks>Making many events takes long: in a folder that is named they are kept, and <c>--prepare</c> makes them and measures nothing.</remarks>
    public static async Task RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var rows = new List<Row>();
        var many = Arguments.Number(arguments, 1_000) * 1_000L;
        var tenantCount = Arguments.Number(arguments, 1_000, at: 1);
        await using var large = new ServerUnderTest { Kept = Arguments.After(arguments, "--folder") is { } path ? Directory.CreateDirectory(path) : null };
        var grown = new Growth(large, rows);
        var all = await grown.PrepareAsync(tenantCount, many, cancellationToken);
        if (arguments.Contains("--prepare", StringComparer.Ordinal))
        {
            return;
        }

        await using (var small = new ServerUnderTest())
        {
            var young = new Growth(small, rows);
            var only = await young.PrepareAsync(1, Few, cancellationToken);
            await small.StartAsync(cancellationToken);
            await young.MeasureAsync($"{Few:#,0} stored events, one tenant", only, cancellationToken);
        }

        await large.StartAsync(cancellationToken);
        var size = string.Create(CultureInfo.InvariantCulture, $"{many:#,0} stored events, {all.Count:#,0} tenants");
        await grown.MeasureAsync($"{size}, one fires", all[..1], cancellationToken);
        await grown.MeasureAsync($"{size}, all fire in turn", all, cancellationToken);
        grown.Write();
    }

    /// <summary>Fills the server's folder, unless it is filled already. The server is down before and after.</summary>
    private async Task<List<Tenant>> PrepareAsync(int tenantCount, long events, CancellationToken cancellationToken)
    {
        var keys = new FileInfo(Path.Combine(server.Folder.FullName, KeysFile));
        if (keys.Exists)
        {
            return [.. JsonSerializer.Deserialize<string[]>(await File.ReadAllTextAsync(keys.FullName, cancellationToken))!.Select((key, number) => new Tenant(server, CodeOf(number), key))];
        }

        await server.StartAsync(cancellationToken);
        var tenants = new List<Tenant>();
        for (var number = 0; number < tenantCount; number++)
        {
            tenants.Add(await CreateTenantAsync(number, cancellationToken));
        }

        await tenants[0].PostAsync("/api/saas/workflows/trigger", new { trigger = "bench_run", phone = Phone }, cancellationToken);
        await server.DrainedAsync(cancellationToken);
        await server.TerminateAsync();
        await FillAsync(tenants, events, cancellationToken);
        await File.WriteAllTextAsync(keys.FullName, JsonSerializer.Serialize(tenants.Select(tenant => tenant.Key)), cancellationToken);
        return tenants;
    }

    private async Task<Tenant> CreateTenantAsync(int number, CancellationToken cancellationToken)
    {
        var tenant = await server.CreateTenantAsync(CodeOf(number), cancellationToken);
        await tenant.PostAsync("/api/crm/leads", new { firstName = "Asha", phone = Phone }, cancellationToken);
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
            turn => tenants[(int)(turn % tenants.Count)].TriggerRequest("bench_run", Phone), IntakeRate, Duration, cancellationToken);

    private async Task MeasureAsync(string what, List<Tenant> tenants, CancellationToken cancellationToken)
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

        rows.Add(new Row(what, intake.Latencies.At(0.5), intake.Latencies.At(0.95), claims.At(0.95), intake.Latencies.Errors));
    }

    /// <summary>Copies a finished event of the server's own making, for each tenant in turn.</summary>
    private async Task FillAsync(List<Tenant> tenants, long events, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var services = new ServiceCollection();
        services.AddStorage(storage =>
        {
            storage.Services = $"sqlite:{server.Folder.FullName}/services.db";
            storage.Tenants = $"sqlite:{server.Folder.FullName}/tenants/{{code}}.db";
        });
        await using var provider = services.BuildServiceProvider();
        var work = provider.GetRequiredService<IServicesDatabase>().Documents<WorkItem>();
        var finished = (await work.QueryAsync(new DocumentQuery(Condition.Eq("type", WorkItem.EventType), 1), cancellationToken))[0];
        for (var stored = 0L; stored < events; stored += Chunk)
        {
            var first = stored;
            await work.AddManyAsync([.. Enumerable.Range(0, Chunk).Select(number => CopyOf(finished, tenants[(int)((first + number) % tenants.Count)]))], cancellationToken);
            if (stored % 1_000_000 == 0)
            {
                await Console.Error.WriteLineAsync($"{stored:#,0} of {events:#,0} events, {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s");
            }
        }
    }

    private static string CodeOf(int number) => $"BENCH{number}";

    private static WorkItem CopyOf(WorkItem finished, Tenant tenant) => finished with
    {
        Id = DocumentId.New(finished.CreatedAt),
        Version = 1,
        Tenant = tenant.Code + "_test",
        DueAt = null,
    };

    private void Write()
    {
        var table = new Table("with", "intake p50", "p95", "ratio", "claim p95", "ratio", "errors");
        foreach (var (what, middle, intake, claim, errors) in rows)
        {
            table.Add(what, Table.Ms(middle), Table.Ms(intake), Table.Ratio(intake / rows[0].Intake), Table.Ms(claim), Table.Ratio(claim / rows[0].Claim), Table.Number(errors));
        }

        table.Note($"intake at {IntakeRate:0}/s; claim: from a job's due time until it is begun");
        table.Write(Console.Out);
    }
}
