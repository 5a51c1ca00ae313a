using System.Diagnostics;
using System.Globalization;
using Ecodrix.Bench.Serving;
using Ecodrix.Loopback;
using Ecodrix.Storage;

namespace Ecodrix.Bench.Clusters;

/// <summary>Many tenants with databases of their own on a few servers: what opening one costs, and how many connections all of them take.</summary>
internal sealed class ManyServers(ServerUnderTest server, IReadOnlyList<Wire> wires) : IDisposable
{
    private const int AtOnce = 50;

    private const int Connections = 128;

    /// <summary>Beside those that carry questions, the driver keeps one that asks how a server is, and one that measures how far away it is.</summary>
    private const int Monitors = 2;

    private const double Rate = 300;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(20);

    private readonly HttpClient http = new();

    /// <summary><c>tenants --mongodb uri,uri,… [tenants]</c></summary>
    public static async Task RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var databases = Arguments.Needed(arguments, Arguments.MongoDb).Split(',').Select(uri => new ServerDatabases(uri)).ToList();
        var wires = databases.ConvertAll(at => new Wire(at.Host));
        await using var server = new ServerUnderTest();
        await server.StartAsync(cancellationToken);
        using var many = new ManyServers(server, wires);
        await many.MeasureAsync(databases, Arguments.Number(arguments, 500), cancellationToken);
        await server.TerminateAsync();
        wires.ForEach(wire => wire.Dispose());
        foreach (var at in databases)
        {
            await at.DisposeAsync();
        }
    }

    public void Dispose() => http.Dispose();

    private async Task MeasureAsync(List<ServerDatabases> databases, int count, CancellationToken cancellationToken)
    {
        var tenants = new Tenant[count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (number, token) =>
            {
                var own = databases[number % wires.Count].AddressOf($"t{number.ToString(CultureInfo.InvariantCulture)}", wires[number % wires.Count]);
                tenants[number] = await server.CreateTenantAsync($"BENCH{number.ToString(CultureInfo.InvariantCulture)}", token, dbUri: own);
                await tenants[number].PostAsync("/api/crm/leads", new { firstName = "Asha", phone = "+919876500000" }, token);
                await tenants[number].PostAsync("/api/crm/automations", Rules.OneMessage, token);
            });

        // Probes had connections of their own; what is counted is a process that serves.
        await server.TerminateAsync();
        var opened = wires.Select(wire => wire.Opened).ToList();
        await server.StartAsync(cancellationToken);
        await WarmAsync(cancellationToken);

        var (cold, waited, warm) = await OpenEachAsync(tenants, cancellationToken);
        var loaded = await new Load(server.Address, Connections).AtRateAsync(
            turn => tenants[(int)(turn % count)].TriggerRequest("bench_run", "+919876500000"), Rate, Duration, cancellationToken);
        await server.DrainedAsync(cancellationToken);
        Write(tenants.Length, [.. wires.Zip(opened, (wire, before) => wire.Opened - before)], (cold, waited, warm), loaded);
    }

    /// <summary>The routes, with a tenant in a file.</summary>
    private async Task WarmAsync(CancellationToken cancellationToken)
    {
        var tenant = await server.CreateTenantAsync("WARM", cancellationToken);
        for (var turn = 0; turn < 1_000; turn++)
        {
            await tenant.GetAsync("/api/crm/leads?limit=1", cancellationToken);
        }
    }

    /// <summary>One after the other, twice.</summary>
    private async Task<(Latencies Cold, Latencies Waited, Latencies Warm)> OpenEachAsync(Tenant[] tenants, CancellationToken cancellationToken)
    {
        var (cold, waited, warm) = (new Latencies(), new Latencies(), new Latencies());
        for (var number = 0; number < tenants.Length; number++)
        {
            var wire = wires[number % wires.Count];
            var before = wire.Waited;
            var took = await AskAsync(tenants[number], cancellationToken);
            var away = wire.Waited - before;
            cold.Add(took - away);
            waited.Add(away);
            warm.Add(await AskAsync(tenants[number], cancellationToken));
        }

        return (cold, waited, warm);
    }

    private async Task<TimeSpan> AskAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Address, "/api/crm/leads?limit=1"));
        foreach (var (name, value) in tenant.Headers)
        {
            request.Headers.Add(name, value);
        }

        var began = Stopwatch.GetTimestamp();
        using var response = await http.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        return Stopwatch.GetElapsedTime(began);
    }

    private void Write(int tenants, int[] opened, (Latencies Cold, Latencies Waited, Latencies Warm) opening, Loaded loaded)
    {
        var budget = new StorageOptions().MostConnections;
        var table = new Table($"{tenants} tenants over {wires.Count} servers", "figure");
        table.Add("opening a cold tenant beyond the server's round trips, p50", Table.Ms(opening.Cold.At(0.5)));
        table.Add("… p95", Table.Ms(opening.Cold.At(0.95)));
        table.Add("… longest: the first on a server, which connects", Table.Ms(opening.Cold.At(1)));
        table.Add("the server's round trips for it, p50; p95", $"{Table.Ms(opening.Waited.At(0.5))}; {Table.Ms(opening.Waited.At(0.95))}");
        table.Add("the same request to an open tenant, round trips included, p50; p95", $"{Table.Ms(opening.Warm.At(0.5))}; {Table.Ms(opening.Warm.At(0.95))}");
        table.Add("connections opened to each server", string.Join(", ", opened.Select(count => Table.Number(count))));
        table.Add("… open at once, at most (setting up included)", string.Join(", ", wires.Select(wire => Table.Number(wire.MostOpen))));
        table.Add("… budget: questions and monitors", $"{budget} + {Monitors}");
        table.Add($"triggers at {Rate:0}/s, p95 of the answer; errors", $"{Table.Ms(loaded.Latencies.At(0.95))}; {Table.Number(loaded.Latencies.Errors)}");
        table.Write(Console.Out);
    }
}
