using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Ecodrix.Bench.Serving;

namespace Ecodrix.Bench.Dashboards;

/// <summary>From the end of a run's step until <c>run.step</c> says so at a connected dashboard, and how much of it is after the publishing.</summary>
internal static class StepLatency
{
    private const int Connections = 64;

    private const int Phones = 200;

    private const double RateOfATenant = 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <param name="rate">Triggers a second over all tenants; each runs one step.</param>
    /// <param name="dashboards">Of each tenant; there is a tenant for each 20 triggers a second.</param>
    public static async Task<StepReport> RunAsync(double rate, TimeSpan duration, int dashboards, CancellationToken cancellationToken)
    {
        await using var server = new ServerUnderTest();
        await server.StartAsync(cancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var tenants = new List<Tenant>();
        var views = new List<StepView>();
        var looking = new List<Task>();
        for (var number = 0; number < Math.Max(1, rate / RateOfATenant); number++)
        {
            var tenant = await server.CreateTenantAsync($"STEP{number}", cancellationToken);
            await tenant.PostAsync("/api/crm/automations", Rules.OneMessage, cancellationToken);
            tenants.Add(tenant);
            for (var look = 0; look < dashboards; look++)
            {
                views.Add(new StepView());
                var dashboard = new Dashboard(server.Address, $$"""{"apiKey":"{{tenant.Key}}","clientCode":"{{tenant.Code}}"}""", recovers: true, views[^1]);
                looking.Add(dashboard.RunAsync(stop.Token));
                await dashboard.Connected;
            }
        }

        await FireAsync(server, tenants, rate, duration / 2, cancellationToken);
        await SettledAsync(server, views, cancellationToken);
        views.ForEach(view => view.Forget());

        var fired = await FireAsync(server, tenants, rate, duration, cancellationToken);
        await SettledAsync(server, views, cancellationToken);
        var report = StepReport.Of(fired, dashboards, views);
        await stop.CancelAsync();
        await Task.WhenAll(looking);
        return report;
    }

    /// <returns>How many triggers were accepted.</returns>
    private static async Task<long> FireAsync(ServerUnderTest server, List<Tenant> tenants, double rate, TimeSpan duration, CancellationToken cancellationToken)
    {
        var loaded = await new Load(server.Address, Connections).AtRateAsync(
            turn => tenants[(int)(turn % tenants.Count)].TriggerRequest(
                "bench_run", string.Create(CultureInfo.InvariantCulture, $"+9198761{turn / tenants.Count % Phones:00000}")),
            rate,
            duration,
            cancellationToken);
        return loaded.Latencies.Count - loaded.Latencies.Errors;
    }

    private static async Task SettledAsync(ServerUnderTest server, List<StepView> views, CancellationToken cancellationToken)
    {
        await server.DrainedAsync(cancellationToken);

        // What is on its way is there when all dashboards of a tenant have heard of as many, or it is missing.
        var began = System.Diagnostics.Stopwatch.GetTimestamp();
        var before = -1;
        while (views.Sum(view => view.Ended) is var ended && ended != before && System.Diagnostics.Stopwatch.GetElapsedTime(began) < Patience)
        {
            before = ended;
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, cancellationToken);
        }
    }
}

/// <summary>Notes when the ends of steps come to one dashboard.</summary>
internal sealed class StepView : IOnlooker
{
    private readonly ConcurrentDictionary<string, (TimeSpan SinceEnd, TimeSpan SincePublished)> ended = new(StringComparer.Ordinal);

    private int interruptions;

    public int Ended => ended.Count;

    public int Interruptions => interruptions;

    public IEnumerable<(TimeSpan SinceEnd, TimeSpan SincePublished)> Times => ended.Values;

    public void Hear(ReadOnlySpan<byte> frame, bool isLive)
    {
        var now = TimeProvider.System.GetUtcNow();
        if (!frame.StartsWith("42[\"run.step\","u8))
        {
            return;
        }

        var reader = new Utf8JsonReader(frame[2..]);
        using var arguments = JsonDocument.ParseValue(ref reader);
        var told = arguments.RootElement[1];
        var step = told.GetProperty("step");
        if (step.GetProperty("finishedAt") is { ValueKind: JsonValueKind.String } finished)
        {
            var key = $"{told.GetProperty("runId").GetString()} {step.GetProperty("path").GetString()}";
            ended.TryAdd(key, (now - finished.GetDateTimeOffset(), now - told.GetProperty("at").GetDateTimeOffset()));
        }
    }

    public void ComeBack(bool isRecovered) => Interlocked.Increment(ref interruptions);

    public void Lose() => Interlocked.Increment(ref interruptions);

    public void Forget() => ended.Clear();
}

/// <param name="Missing">Ends of steps that a dashboard was not told of, over all dashboards; below zero when it was told of more than there were.</param>
internal sealed record StepReport(Latencies SinceEnd, Latencies SincePublished, long Missing, int Interruptions)
{
    public static StepReport Of(long fired, int dashboards, IReadOnlyList<StepView> views)
    {
        var (end, published) = (new Latencies(), new Latencies());
        foreach (var (sinceEnd, sincePublished) in views.SelectMany(view => view.Times))
        {
            end.Add(sinceEnd);
            published.Add(sincePublished);
        }

        return new StepReport(end, published, (fired * dashboards) - end.Count, views.Sum(view => view.Interruptions));
    }

    public void Write(TextWriter output, double rate)
    {
        var table = new Table(FormattableString.Invariant($"run.step at {rate}/s, at a dashboard"), "p50", "p95", "p99", "missing");
        table.Add("from the step's end, its settle included", Table.Ms(SinceEnd.At(0.5)), Table.Ms(SinceEnd.At(0.95)), Table.Ms(SinceEnd.At(0.99)), Table.Number(Missing));
        table.Add("from the publishing, after the settle", Table.Ms(SincePublished.At(0.5)), Table.Ms(SincePublished.At(0.95)), Table.Ms(SincePublished.At(0.99)), "");
        table.Write(output);
    }
}
