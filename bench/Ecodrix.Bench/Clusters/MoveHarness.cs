using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Ecodrix.Bench.Outside;
using Ecodrix.Bench.Serving;

namespace Ecodrix.Bench.Clusters;

/// <summary>What is moved and what comes meanwhile.</summary>
/// <param name="MongoDb">The server to which the tenant is moved.</param>
internal sealed record MovePlan(string MongoDb)
{
    /// <summary>Before the load.</summary>
    public int Leads { get; init; } = 3_000;

    /// <summary>Triggers a second, and as many reads.</summary>
    public double Rate { get; init; } = 50;

    /// <summary>The load before the first move, between the two, and after the second.</summary>
    public TimeSpan Around { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>For a short test: a hold waits for a second.</summary>
    public bool HoldsShortly { get; init; }
}

/// <summary>What came of it.</summary>
internal sealed record MoveReport
{
    /// <summary>How many answers there were of each status code.</summary>
    public required IReadOnlyDictionary<int, int> Triggers { get; init; }

    /// <inheritdoc cref="Triggers"/>
    public required IReadOnlyDictionary<int, int> Reads { get; init; }

    public required Latencies TriggerAnswers { get; init; }

    public required Latencies ReadAnswers { get; init; }

    /// <summary>Mails of taken triggers that never came.</summary>
    public required int Lost { get; init; }

    public required int Doubled { get; init; }

    /// <summary>How long each took: two under load, two at rest.</summary>
    public required IReadOnlyList<TimeSpan> Moves { get; init; }

    /// <summary>How many documents the comparison at rest was of.</summary>
    public required int Documents { get; init; }

    /// <summary>Documents that were not the same byte for byte after they had been moved there and back, at rest.</summary>
    public required int Different { get; init; }

    /// <summary>Whether each collection had as many documents and the same checksum on the server.</summary>
    public required bool IsSameThere { get; init; }
}

/// <summary>Moves a tenant from its file to a server and back: under load, counting answers and effects; then at rest, comparing bytes.</summary>
internal sealed class MoveHarness(MovePlan plan, World world, ServerUnderTest server, string elsewhere)
{
    private const string Code = "MOVED";

    private const int Connections = 128;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<long, int> triggers = [];

    private readonly ConcurrentDictionary<long, int> reads = [];

    private readonly List<TimeSpan> moves = [];

    public static async Task<MoveReport> RunAsync(MovePlan plan, CancellationToken cancellationToken)
    {
        await using var world = await World.StartAsync();
        await using var databases = new ServerDatabases(plan.MongoDb);
        await using var server = new ServerUnderTest(world.Settings, plan.HoldsShortly ? [Served.EndsHoldsSoon] : []);
        await server.StartAsync(cancellationToken);
        var tenant = await world.CreateTenantAsync(server, Code, cancellationToken);
        return await new MoveHarness(plan, world, server, databases.AddressOf("moved")).RunAsync(tenant, cancellationToken);
    }

    private async Task<MoveReport> RunAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        await tenant.PostAsync("/api/crm/automations", Rules.NoteAndMail, cancellationToken);
        await MovedTenant.FillAsync(tenant, plan.Leads, cancellationToken);
        var (fired, read) = await UnderLoadAsync(tenant, cancellationToken);
        var mails = await MailsAsync(cancellationToken);

        var before = MovedTenant.ReadFile(server, Code);
        var here = await Checksums.ReadAsync(server, Code, place: null, cancellationToken);
        await MoveAsync(elsewhere, cancellationToken);
        var there = await Checksums.ReadAsync(server, Code, elsewhere, cancellationToken);
        await MoveAsync(MovedTenant.Default, cancellationToken);
        var after = MovedTenant.ReadFile(server, Code);
        var once = mails.Distinct(StringComparer.Ordinal).Count();
        return new MoveReport
        {
            Triggers = Counted(triggers),
            Reads = Counted(reads),
            TriggerAnswers = fired,
            ReadAnswers = read,
            Lost = triggers.Values.Count(status => status is 200 or 202) - once,
            Doubled = mails.Count - once,
            Moves = moves,
            Documents = before.Count,
            Different = before.Count(one => !string.Equals(one.Value, after.GetValueOrDefault(one.Key), StringComparison.Ordinal)) + after.Keys.Except(before.Keys, StringComparer.Ordinal).Count(),
            IsSameThere = here.Count > 0 && here.SequenceEqual(there, StringComparer.Ordinal),
        };
    }

    private async Task<(Latencies Triggers, Latencies Reads)> UnderLoadAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var fired = UntilAsync(turn => tenant.TriggerRequest("bench_note", PhoneOf(turn), $"moved {turn.ToString(CultureInfo.InvariantCulture)}"), triggers, over.Token);
        var read = UntilAsync(turn => Connection.Request("GET", new Uri(server.Address, turn % 2 == 0 ? "/api/crm/leads?limit=20" : "/api/crm/automations"), "", tenant.Headers), reads, over.Token);
        await Task.Delay(plan.Around, TimeProvider.System, cancellationToken);
        await MoveAsync(elsewhere, cancellationToken);
        await Task.Delay(plan.Around, TimeProvider.System, cancellationToken);
        await MoveAsync(MovedTenant.Default, cancellationToken);
        await Task.Delay(plan.Around, TimeProvider.System, cancellationToken);
        await over.CancelAsync();
        return (await fired, await read);
    }

    /// <summary>At the plan's rate, a second at a time, until it is told to stop.</summary>
    private async Task<Latencies> UntilAsync(Func<long, byte[]> requestOf, ConcurrentDictionary<long, int> answers, CancellationToken stop)
    {
        var all = new Latencies();
        for (var second = 0L; !stop.IsCancellationRequested; second++)
        {
            var first = second * (long)plan.Rate;
            var loaded = await new Load(server.Address, Connections).AtRateAsync(
                turn => requestOf(first + turn), plan.Rate, TimeSpan.FromSeconds(1), CancellationToken.None, (turn, status) => answers[first + turn] = status);
            all.Add(loaded.Latencies);
        }

        return all;
    }

    private async Task MoveAsync(string to, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        await MovedTenant.MoveAsync(server, Code, to, cancellationToken);
        moves.Add(Stopwatch.GetElapsedTime(began));
    }

    /// <summary>What the mails are about that came of triggers during the load, when nothing is left to do.</summary>
    private async Task<List<string>> MailsAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        await server.DrainedAsync(patience.Token);
        return [.. world.Mail.Wire.Exchanges.Select(mail => mail.About).Where(about => about.StartsWith("moved ", StringComparison.Ordinal))];
    }

    /// <summary>Half of the triggers are about leads that were there, half make new ones.</summary>
    private string PhoneOf(long turn) => string.Create(CultureInfo.InvariantCulture, $"+9198{(turn % 2 == 0 ? turn / 2 % plan.Leads : plan.Leads + turn):00000000}");

    private static Dictionary<int, int> Counted(ConcurrentDictionary<long, int> answers) => answers.Values.CountBy(status => status).ToDictionary();
}
