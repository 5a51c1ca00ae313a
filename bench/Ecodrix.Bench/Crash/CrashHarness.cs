using System.Diagnostics;
using System.Text.Json;
using Ecodrix.Bench.Outside;
using Ecodrix.Bench.Serving;

namespace Ecodrix.Bench.Crash;

/// <summary>How the harness runs.</summary>
/// <param name="Kills">How many times the server is ended and started again on the same files.</param>
internal sealed record CrashPlan(int Kills)
{
    /// <summary>Events a second.</summary>
    public double Rate { get; init; } = 20;

    /// <summary>Off, the harness must find doubles, or it could find none.</summary>
    public bool WithEffectRecord { get; init; } = true;

    /// <summary>Ends the server with SIGTERM instead of SIGKILL: then nothing may be unknown either.</summary>
    public bool Gently { get; init; }

    public TimeSpan LongestUp { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>What is missing when nothing has arrived for so long is lost. By itself longer than the longest pause that is rightly made: five minutes and a fifth before the third attempt of a callback.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(7);

    /// <summary>A server that speaks MongoDB's protocol, for all databases; null for files.</summary>
    public string? MongoDb { get; init; }

    /// <summary>How many processes share the work and are ended in turns; more than one needs <see cref="MongoDb"/>.</summary>
    public int Instances { get; init; } = 1;

    /// <summary>Short leases, for a short test.</summary>
    public bool EndsLeasesSoon { get; init; }

    /// <summary>How long an event is repeated after the load; null until it is acknowledged. What a killed process was about to take in is taken from others' repeats only a minute later.</summary>
    public TimeSpan? RepeatsFor { get; init; }

    /// <summary>For <see cref="Served"/>.</summary>
    public string[] Switches => [.. WithEffectRecord ? [] : (string[])[Served.WithoutEffectRecord], .. EndsLeasesSoon ? [Served.EndsHoldsSoon] : (string[])[]];
}

/// <param name="Acknowledged">Events.</param>
/// <param name="Recoveries">From each restart to the first effect of an event acknowledged before it, where one was left over; null where the next kill came before that.</param>
/// <param name="LeftAfterReports">WhatsApp steps that the provider took and reported, and that are still unknown 60 s later; null when the server takes no reports.</param>
/// <param name="Stops">How long the server took to end, where it was asked to.</param>
internal sealed record CrashReport(
    int Acknowledged, Verdict Verdict, IReadOnlyList<TimeSpan?> Recoveries, int? LeftAfterReports, IReadOnlyList<TimeSpan> Stops)
{
    /// <summary>Of each kill where databases are on a server.</summary>
    public IReadOnlyList<Takeover> Takeovers { get; init; } = [];
}

/// <summary>Ends the real server again and again at random moments under load, and counts at the providers what came of it.</summary>
internal sealed class CrashHarness(CrashPlan plan, World world, ServersUnderTest servers)
{
    private const string TenantCode = "CRASH";

    private static readonly TimeSpan ReportsWithin = TimeSpan.FromSeconds(60);

    private readonly List<(DateTimeOffset Ended, DateTimeOffset Restarted)> restarts = [];
    private readonly List<TimeSpan> stops = [];
    private readonly List<Task<Takeover>> takeovers = [];

    public static async Task<CrashReport> RunAsync(CrashPlan plan, CancellationToken cancellationToken)
    {
        // As far away as a provider is, so that there is always something on the wire.
        await using var world = await World.StartAsync(() => TimeSpan.FromMilliseconds(Random.Shared.Next(20, 150)));
        await using var servers = new ServersUnderTest(plan, world.Settings, plan.Switches);
        return await new CrashHarness(plan, world, servers).RunAsync(cancellationToken);
    }

    private async Task<CrashReport> RunAsync(CancellationToken cancellationToken)
    {
        await servers.StartAsync(cancellationToken);
        var tenant = await world.CreateTenantAsync(servers.All[0], TenantCode, cancellationToken);
        await tenant.PostAsync("/api/crm/automations", Rules.MessageAndMail, cancellationToken);

        using var website = new Website(tenant, servers.All, world.Callbacks.Url, plan.Rate);
        using var stop = new CancellationTokenSource();
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var load = website.RunAsync(stop.Token, giveUp.Token);
        await EndAgainAndAgainAsync(load, cancellationToken);
        await stop.CancelAsync();
        if (plan.RepeatsFor is { } patience)
        {
            giveUp.CancelAfter(patience);
        }

        await load;
        await SettledAsync(tenant, website, cancellationToken);
        var takenOver = await Task.WhenAll(takeovers);

        var unknown = await UnknownAsync(tenant, website, cancellationToken);
        var evidence = new Evidence(
            website.Acknowledged, world.Meta.Wire.Exchanges, world.Mail.Wire.Exchanges, Callbacks(), unknown, [.. restarts.Select(restart => restart.Ended)]);
        return new CrashReport(
            website.Acknowledged.Count, Verdict.Of(evidence), [.. Recoveries(evidence)], await LeftAfterReportsAsync(tenant, website, cancellationToken), stops)
        {
            Takeovers = takenOver,
        };
    }

    private async Task EndAgainAndAgainAsync(Task load, CancellationToken cancellationToken)
    {
        for (var kill = 0; kill < plan.Kills && !load.IsFaulted; kill++)
        {
            await Task.Delay(plan.LongestUp * Random.Shared.NextDouble(), TimeProvider.System, cancellationToken);
            if (kill % 2 == 0)
            {
                await OnTheWireAsync(cancellationToken);
            }

            var server = servers.All[kill % servers.All.Count];
            var process = server.ProcessId;
            var ended = TimeProvider.System.GetUtcNow();
            if (plan.Gently)
            {
                stops.Add(await server.TerminateAsync());
            }
            else
            {
                ended = await server.KillAsync();
                takeovers.AddRange(servers.Watch(process, ended, cancellationToken) is { } watch ? [watch] : []);
            }

            restarts.Add((ended, TimeProvider.System.GetUtcNow()));
            await server.StartAsync(cancellationToken);
        }
    }

    /// <summary>Waits until the provider has a request that it has not answered: on a slow machine a random moment seldom finds one.</summary>
    private async Task OnTheWireAsync(CancellationToken cancellationToken)
    {
        while (!world.Meta.Wire.HasOpen)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>Waits until nothing is left to do. What is missing when nothing has arrived for a long while is lost; what a slow machine has yet to work off is not.</summary>
    private async Task SettledAsync(Tenant tenant, Website website, CancellationToken cancellationToken)
    {
        var arrived = 0;
        var last = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(last) < plan.Patience
            && (await tenant.QueueDepthAsync(cancellationToken) > 0 || Callbacks().Select(told => told.About).Distinct(StringComparer.Ordinal).Count(website.Acknowledged.ContainsKey) < website.Acknowledged.Count))
        {
            var now = world.Meta.Wire.Exchanges.Count + world.Mail.Wire.Exchanges.Count + world.Callbacks.Received.Count;
            (arrived, last) = now > arrived ? (now, Stopwatch.GetTimestamp()) : (arrived, last);
            await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, cancellationToken);
        }
    }

    private List<Told> Callbacks() =>
    [
        .. world.Callbacks.Received.Select(callback =>
        {
            using var json = JsonDocument.Parse(callback.Body);
            return new Told(json.RootElement.GetProperty("metadata").GetProperty("about").GetString()!, callback.Headers["webhook-id"], callback.Text);
        }),
    ];

    private static async Task<IReadOnlyList<UnknownStep>> UnknownAsync(Tenant tenant, Website website, CancellationToken cancellationToken)
    {
        var abouts = website.Acknowledged.ToDictionary(pair => pair.Value.EventId, pair => pair.Key, StringComparer.Ordinal);
        var unknown = new List<UnknownStep>();
        for (var page = 1; ; page++)
        {
            var runs = (await tenant.GetAsync($"/api/saas/runs?attention=true&limit=200&page={page}", cancellationToken)).EnumerateArray().ToList();
            unknown.AddRange(
                from run in runs
                from step in run.GetProperty("steps").EnumerateArray()
                where step.GetProperty("status").GetString() is "unknown" && abouts.ContainsKey(run.GetProperty("eventLogId").GetString()!)
                select new UnknownStep(abouts[run.GetProperty("eventLogId").GetString()!], step.GetProperty("type").GetString()!, step.GetProperty("startedAt").GetDateTimeOffset(), step.GetProperty("finishedAt").GetDateTimeOffset()));
            if (runs.Count < 200)
            {
                return unknown;
            }
        }
    }

    private IEnumerable<TimeSpan?> Recoveries(Evidence evidence)
    {
        var arrivals = evidence.Messages.Concat(evidence.Mails).ToList();
        foreach (var (number, (ended, restarted)) in restarts.Index())
        {
            var leftover = arrivals.Where(exchange => exchange.ArrivedAt > restarted && evidence.Acknowledged[exchange.About].At < ended);
            if (leftover.Select(exchange => exchange.ArrivedAt).Order().Cast<DateTimeOffset?>().FirstOrDefault() is { } first)
            {
                var isOfThisStart = servers.All.Count > 1 || number + 1 == restarts.Count || first < restarts[number + 1].Ended;
                yield return isOfThisStart ? first - restarted : null;
            }
        }
    }

    private async Task<int?> LeftAfterReportsAsync(Tenant tenant, Website website, CancellationToken cancellationToken)
    {
        if (!await StatusReports.PostAsync(tenant.Server.Address, world.NumberOf(tenant.Code), world.Meta.Messages, cancellationToken))
        {
            return null;
        }

        var taken = world.Meta.Wire.Exchanges.Select(exchange => exchange.About).ToHashSet(StringComparer.Ordinal);
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var left = (await UnknownAsync(tenant, website, cancellationToken)).Count(step => step.IsMessage && taken.Contains(step.About));
            if (left == 0 || Stopwatch.GetElapsedTime(started) > ReportsWithin)
            {
                return left;
            }

            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, cancellationToken);
        }
    }
}
