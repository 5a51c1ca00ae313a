using System.Diagnostics;
using System.Globalization;
using Ecodrix.Bench.Outside;
using Ecodrix.Bench.Serving;

namespace Ecodrix.Bench;

/// <summary>From a trigger until its message reaches the provider.</summary>
internal static class EffectLatency
{
    private const int Connections = 128;

    private const int PhonesOfATenant = 1_000;

    /// <summary>A number of its own takes 80 messages a second.</summary>
    private const double RateOfATenant = 50;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary><c>latency [events a second] [seconds]</c></summary>
    public static async Task RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var rate = Arguments.Number(arguments, 500);
        var duration = TimeSpan.FromSeconds(Arguments.Number(arguments, 20, at: 1));
        await using var world = await World.StartAsync();
        await using var server = new ServerUnderTest(world.Settings);
        await server.StartAsync(cancellationToken);
        var tenants = new List<Tenant>();
        for (var number = 0; number < Math.Ceiling(rate / RateOfATenant); number++)
        {
            tenants.Add(await world.CreateTenantAsync(server, $"BENCH{number}", cancellationToken));
            await tenants[^1].PostAsync("/api/crm/automations", Rules.WhatsApp, cancellationToken);
        }

        await MeasureAsync(world, tenants, "warm", rate, duration / 2, cancellationToken);
        var measured = await MeasureAsync(world, tenants, "measured", rate, duration, cancellationToken);

        var table = new Table("what", "p50", "p95", "p99", "missing or doubled");
        table.Add(
            $"trigger → first effect at the provider, {rate}/s open loop", Table.Ms(measured.At(0.5)), Table.Ms(measured.At(0.95)), Table.Ms(measured.At(0.99)), Table.Number(measured.Errors));
        table.Write(Console.Out);
    }

    /// <param name="tenants">With <see cref="Rules.WhatsApp"/>; they fire in turns.</param>
    /// <param name="name">Tells this measurement's messages from others'.</param>
    /// <returns>Errors are effects that had not come a minute after the last trigger, and those that came twice.</returns>
    public static async Task<Latencies> MeasureAsync(
        World world, IReadOnlyList<Tenant> tenants, string name, double rate, TimeSpan duration, CancellationToken cancellationToken)
    {
        var loaded = await new Load(tenants[0].Server.Address, Connections).AtRateAsync(
            turn => tenants[(int)(turn % tenants.Count)].TriggerRequest(
                "bench_effect",
                string.Create(CultureInfo.InvariantCulture, $"+9198764{turn / tenants.Count % PhonesOfATenant:00000}"),
                string.Create(CultureInfo.InvariantCulture, $"{name} {turn}")),
            rate,
            duration,
            cancellationToken);

        var ended = Stopwatch.GetTimestamp();
        var arrivals = Arrivals(world, name);
        while (arrivals.Count < loaded.Latencies.Count && Stopwatch.GetElapsedTime(ended) < Patience)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, cancellationToken);
            arrivals = Arrivals(world, name);
        }

        var latencies = new Latencies { Errors = loaded.Latencies.Count - arrivals.Count };
        foreach (var same in arrivals)
        {
            latencies.Add(same.Min() - loaded.BegunAt(same.Key));
            latencies.Errors += same.Count() - 1;
        }

        return latencies;
    }

    private static ILookup<long, DateTimeOffset> Arrivals(World world, string name) => world.Meta.Wire.Exchanges
        .Where(exchange => exchange.About.StartsWith(name + " ", StringComparison.Ordinal))
        .ToLookup(exchange => long.Parse(exchange.About.AsSpan(name.Length + 1), CultureInfo.InvariantCulture), exchange => exchange.ArrivedAt);
}
