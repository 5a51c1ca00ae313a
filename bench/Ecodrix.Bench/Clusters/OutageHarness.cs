using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Ecodrix.Bench.Outside;
using Ecodrix.Bench.Serving;
using Ecodrix.Loopback;

namespace Ecodrix.Bench.Clusters;

/// <summary>How long one tenant's database server is gone, and what comes meanwhile.</summary>
/// <param name="MongoDb">The server on which that tenant has its own database.</param>
internal sealed record OutagePlan(string MongoDb)
{
    public TimeSpan Outage { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Measured before the outage, under the same load.</summary>
    public TimeSpan Before { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the load goes on when the server is back.</summary>
    public TimeSpan After { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Triggers a second of the tenant whose server is gone.</summary>
    public double Rate { get; init; } = 100;

    /// <summary>Triggers a second of another tenant.</summary>
    public double RateOfOther { get; init; } = 20;

    /// <summary>Connections stay open and nothing comes back; else they end and none is taken.</summary>
    public bool Silently { get; init; }

    /// <summary>The services' and the other tenant's databases are on the server too, which stays; else they are files.</summary>
    public bool AllOnServer { get; init; }
}

/// <summary>What came of it.</summary>
internal sealed record OutageReport
{
    /// <summary>Triggers answered 200.</summary>
    public required long Accepted { get; init; }

    /// <summary>Triggers answered 202.</summary>
    public required long Deferred { get; init; }

    /// <summary>Any other answer.</summary>
    public required long Refused { get; init; }

    /// <summary>Mails of taken triggers that never came.</summary>
    public required long Lost { get; init; }

    public required long Doubled { get; init; }

    /// <summary>Runs of which the server does not know what became of an effect.</summary>
    public long Unknown { get; init; }

    /// <summary>Mails that came before one of an earlier trigger for the same lead.</summary>
    public required long OutOfOrder { get; init; }

    /// <summary>From the server's return until the last mail of what was fired during the outage.</summary>
    public required TimeSpan Drained { get; init; }

    /// <summary>From the server's return until nothing was left to do, the load after it included; null when something was left after all patience.</summary>
    public TimeSpan? Settled { get; init; }

    /// <summary>To the tenant whose server was gone.</summary>
    public required Latencies Answers { get; init; }

    /// <summary>From another tenant's trigger to its message at the provider.</summary>
    public required Latencies OtherBefore { get; init; }

    /// <inheritdoc cref="OtherBefore"/>
    public required Latencies OtherDuring { get; init; }
}

/// <summary>Takes one tenant's database server away under load, and counts at the mail server what came of it.</summary>
internal sealed class OutageHarness(OutagePlan plan, World world, ServerUnderTest server, Wire wire)
{
    private const int Connections = 400;

    /// <summary>So that a lead's next trigger is sent when its last one was answered, however slow.</summary>
    private const double BetweenTriggersOfALead = 6;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly ConcurrentDictionary<long, int> answers = [];

    private int Leads => (int)Math.Ceiling(plan.Rate * BetweenTriggersOfALead);

    public static async Task<OutageReport> RunAsync(OutagePlan plan, CancellationToken cancellationToken)
    {
        await using var world = await World.StartAsync();
        await using var databases = new ServerDatabases(plan.MongoDb);
        using var wire = new Wire(databases.Host);
        var settings = plan.AllOnServer ? world.Settings.Concat(databases.Settings).ToDictionary(StringComparer.Ordinal) : world.Settings;
        await using var server = new ServerUnderTest(settings);
        await server.StartAsync(cancellationToken);
        var gone = await world.CreateTenantAsync(server, "GONE", cancellationToken, databases.AddressOf("own", wire));
        var other = await world.CreateTenantAsync(server, "OTHER", cancellationToken);
        return await new OutageHarness(plan, world, server, wire).RunAsync(gone, other, cancellationToken);
    }

    private async Task<OutageReport> RunAsync(Tenant gone, Tenant other, CancellationToken cancellationToken)
    {
        await gone.PostAsync("/api/crm/automations", Rules.NoteAndMail, cancellationToken);
        await other.PostAsync("/api/crm/automations", Rules.WhatsApp, cancellationToken);
        await FireAsync(gone, "warm", plan.Before / 2, cancellationToken);
        await EffectLatency.MeasureAsync(world, [other], "warm", plan.RateOfOther, plan.Before / 4, cancellationToken);

        var fired = FireAsync(gone, "fired", plan.Before + plan.Outage + plan.After, cancellationToken);
        var before = await EffectLatency.MeasureAsync(world, [other], "before", plan.RateOfOther, plan.Before, cancellationToken);
        var leftAt = TimeProvider.System.GetUtcNow();
        if (plan.Silently)
        {
            wire.FallSilent();
        }
        else
        {
            wire.Cut();
        }

        var during = await EffectLatency.MeasureAsync(world, [other], "during", plan.RateOfOther, plan.Outage, cancellationToken);
        var backAt = TimeProvider.System.GetUtcNow();
        wire.Mend();
        var loaded = await fired;
        var settled = await SettledAsync(gone, backAt, cancellationToken);
        var unknown = (await gone.GetAsync("/api/saas/runs?attention=true&limit=200", cancellationToken)).GetArrayLength();
        return Report(loaded, (leftAt, backAt), before, during) with { Settled = settled, Unknown = unknown };
    }

    private Task<Loaded> FireAsync(Tenant tenant, string name, TimeSpan duration, CancellationToken cancellationToken)
    {
        answers.Clear();
        return new Load(server.Address, Connections).AtRateAsync(
            turn => tenant.TriggerRequest(
                "bench_note",
                string.Create(CultureInfo.InvariantCulture, $"+9198762{turn % Leads:00000}"),
                string.Create(CultureInfo.InvariantCulture, $"{name} {turn}")),
            plan.Rate,
            duration,
            cancellationToken,
            (turn, status) => answers[turn] = status);
    }

    /// <returns>From the server's return until nothing was left; null when something was, after all patience.</returns>
    private static async Task<TimeSpan?> SettledAsync(Tenant tenant, DateTimeOffset backAt, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < Patience)
        {
            if (await UnfinishedAsync(tenant, cancellationToken) == 0)
            {
                return TimeProvider.System.GetUtcNow() - backAt;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System, cancellationToken);
        }

        return null;
    }

    /// <summary>Also of what waits for another attempt, which is in no queue meanwhile.</summary>
    private static async Task<long> UnfinishedAsync(Tenant tenant, CancellationToken cancellationToken) =>
        (await tenant.GetAsync("/api/saas/events/stats", cancellationToken)).GetProperty("byStatus").EnumerateArray()
            .Where(status => status.GetProperty("status").GetString() is not ("completed" or "failed" or "cancelled"))
            .Sum(status => status.GetProperty("count").GetInt64());

    private OutageReport Report(Loaded loaded, (DateTimeOffset LeftAt, DateTimeOffset BackAt) outage, Latencies before, Latencies during)
    {
        var taken = answers.Where(answer => answer.Value is 200 or 202).Select(answer => answer.Key).ToHashSet();
        var mails = world.Mail.Wire.Exchanges
            .Where(mail => mail.About.StartsWith("fired ", StringComparison.Ordinal))
            .Select(mail => (Turn: long.Parse(mail.About.AsSpan("fired ".Length), CultureInfo.InvariantCulture), mail.ArrivedAt))
            .ToList();
        var arrived = mails.Select(mail => mail.Turn).ToHashSet();
        var late = mails.Where(mail => loaded.BegunAt(mail.Turn) >= outage.LeftAt && loaded.BegunAt(mail.Turn) < outage.BackAt).Select(mail => mail.ArrivedAt - outage.BackAt);
        return new OutageReport
        {
            Accepted = answers.Values.Count(status => status is 200),
            Deferred = answers.Values.Count(status => status is 202),
            Refused = answers.Values.Count(status => status is not (200 or 202)),
            Lost = taken.Count(turn => !arrived.Contains(turn)),
            Doubled = mails.Count - arrived.Count,
            OutOfOrder = mails.GroupBy(mail => mail.Turn % Leads).Sum(of => of.Zip(of.Skip(1)).Count(pair => pair.First.Turn > pair.Second.Turn)),
            Drained = late.DefaultIfEmpty().Max(),
            Answers = loaded.Latencies,
            OtherBefore = before,
            OtherDuring = during,
        };
    }
}
