using System.Text.Json;
using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Features.Realtime;
using Ecodrix.Server.Features.Realtime.Streams;
using Ecodrix.Server.Features.Realtime.Watching;
using Ecodrix.Server.Tests.Leads;
using Ecodrix.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.Server.Tests.Realtime;

/// <summary>The streams of a server that goes by a clock of the test's, and processes beside it on the same databases.</summary>
public sealed class StreamScene : IAsyncDisposable
{
    private readonly ServerFixture server = new();

    internal FakeTimeProvider Clock { get; } = new(TimeProvider.System.GetUtcNow());

    internal ServerFixture Server => server;

    internal Watchers Watchers => Get<Watchers>();

    internal History History => Get<History>();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<StreamScene> StartAsync()
    {
        var scene = new StreamScene();
        await scene.server.WithClock(scene.Clock).InitializeAsync();
        return scene;
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    internal T Get<T>()
        where T : notnull => server.Services.GetRequiredService<T>();

    /// <summary>What another process on the same databases would hold.</summary>
    internal History AnotherProcess(ITenantDatabases? databases = null) => new(databases ?? Get<ITenantDatabases>(), Watchers, Clock);

    /// <summary>A process's streams, delivering to an outlet.</summary>
    internal LiveStreams StreamsTo(ILiveOutlet outlet, ITenantDatabases? databases = null) => new(
        AnotherProcess(databases), Watchers, [outlet], Get<ITenantClock>(), Clock, NullLogger<LiveStream>.Instance);

    internal async Task<(TenantClient Client, TenantId Id)> WatchedAsync()
    {
        var client = await server.CreateWatchedAsync();
        return (client, TenantId.Parse(client.Code));
    }

    internal Task<Appended> AppendAsync(History history, TenantId tenant, StreamHead? known, IEnumerable<string> texts, bool isBroken = false) =>
        history.AppendAsync(tenant, known, new NewEvents([.. texts.Select(text => new Told(Event(text), Clock.GetUtcNow()))], Watchers.Find(tenant.Value)!.Period, isBroken), Cancelled);

    /// <summary>All texts that are still to be had, by number.</summary>
    internal async Task<IReadOnlyList<(long Seq, string Text)>> ReadAllAsync(TenantId tenant, long after = 0, int limit = 1_000)
    {
        var database = await Get<ITenantDatabases>().OpenAsync(tenant, Cancelled);
        var all = new List<(long, string)>();
        Stretch part;
        do
        {
            part = await History.ReadAsync(database, after, limit, Cancelled);
            part.IsLost.ShouldBeFalse($"after {after}");
            all.AddRange(part.Entries.Select(entry => (entry.Seq, TextOf(entry.Payload))));
            after = part.Entries.Count > 0 ? part.Entries[^1].Seq : after;
        }
        while (part.HasMore);
        return all;
    }

    internal async Task<Stretch> ReadAsync(TenantId tenant, long after, int limit = 1_000) =>
        await History.ReadAsync(await Get<ITenantDatabases>().OpenAsync(tenant, Cancelled), after, limit, Cancelled);

    internal async Task<StreamHead?> HeadAsync(TenantId tenant) =>
        await (await Get<ITenantDatabases>().OpenAsync(tenant, Cancelled)).Documents<StreamHead>().FindAsync(StreamHead.TheOne, Cancelled);

    internal async Task<IReadOnlyList<StreamPage>> PagesAsync(TenantId tenant) =>
        await (await Get<ITenantDatabases>().OpenAsync(tenant, Cancelled)).Documents<StreamPage>().QueryAsync(new DocumentQuery(null, 100_000), Cancelled);

    internal static RealtimeEvent Event(string text) => RealtimeEvent.NotificationNew(null, JsonSerializer.SerializeToElement(text));

    internal static string TextOf(JsonElement payload) => payload.GetProperty("notification").GetString()!;
}

/// <summary>The tenants' databases as a process sees them that dies, or while they do not answer.</summary>
internal sealed class FrailDatabases(ITenantDatabases inner, Life? life = null) : ITenantDatabases
{
    public bool AreDown { get; set; }

    public async Task<ITenantDatabase> OpenAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        var database = AreDown ? throw new DatabaseUnavailableException("Down.") : await inner.OpenAsync(tenant, cancellationToken);
        return life is null ? database : new KilledDatabase(database, life);
    }

    public Task CreateAsync(TenantId tenant, CancellationToken cancellationToken) => inner.CreateAsync(tenant, cancellationToken);

    public Task DeleteAsync(TenantId tenant, CancellationToken cancellationToken) => inner.DeleteAsync(tenant, cancellationToken);
}
