using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Ecodrix.Server.Features.Realtime.Streams;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Server.Tests.Incidents;
using Ecodrix.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Ecodrix.Server.Tests.Realtime;

/// <summary>What tests want of a client's dashboards.</summary>
internal static class RealtimeIntents
{
    public const string Token = "/api/saas/realtime/token";

    public const string Events = "/api/saas/realtime/events";

    /// <summary>A client whose dashboard was opened.</summary>
    public static async Task<TenantClient> CreateWatchedAsync(this ServerFixture server)
    {
        var tenant = await server.CreateTenantAsync();
        await tenant.WatchAsync();
        return tenant;
    }

    /// <returns>The token.</returns>
    public static async Task<string> WatchAsync(this TenantClient tenant, bool twin = false)
    {
        using var response = await (twin ? tenant.TestHttp : tenant.Http).PostAsJsonAsync(Token, new JsonObject(), TestContext.Current.CancellationToken);
        return (await response.ReadDataAsync())!.Text("token");
    }

    /// <summary>All that was told after a number, once everything under way has been told.</summary>
    public static async Task<IReadOnlyList<JsonNode>> ToldAsync(this TenantClient tenant, long after = 0, bool twin = false)
    {
        await tenant.Server.DrainAsync();
        await tenant.Server.ToldAllAsync();
        var told = new List<JsonNode>();
        while (true)
        {
            var answer = await tenant.ReadStreamAsync(after, twin);
            answer["reset"]!.GetValue<bool>().ShouldBeFalse(answer.ToJsonString());
            told.AddRange(answer["events"]!.AsArray().Select(entry => entry!));
            if (!answer["hasMore"]!.GetValue<bool>())
            {
                return told;
            }

            after = told[^1].Seq();
        }
    }

    public static async Task<JsonNode> ReadStreamAsync(this TenantClient tenant, long after, bool twin = false)
    {
        using var response = await (twin ? tenant.TestHttp : tenant.Http).GetAsync($"{Events}?after={after}", TestContext.Current.CancellationToken);
        return (await response.ReadDataAsync())!;
    }

    /// <summary>The names of all that was told, in order.</summary>
    public static async Task<IReadOnlyList<string>> ToldNamesAsync(this TenantClient tenant, bool twin = false) => (await tenant.ToldAsync(twin: twin)).Names();

    public static IReadOnlyList<string> Names(this IEnumerable<JsonNode> told) => [.. told.Select(entry => entry.Text("event"))];

    public static IReadOnlyList<JsonNode> Of(this IEnumerable<JsonNode> told, string name) =>
        [.. told.Where(entry => string.Equals(entry.Text("event"), name, StringComparison.Ordinal)).Select(entry => entry["data"]!)];

    public static long Seq(this JsonNode entry) => entry["seq"]!.GetValue<long>();

    public static Task ToldAllAsync(this ServerFixture server) => server.Services.GetRequiredService<LiveStreams>().WrittenAsync();

    public static Task<ITenantDatabase> OpenAsync(this TenantClient tenant, bool twin = false)
    {
        var id = TenantId.Parse(tenant.Code);
        return tenant.Server.Services.GetRequiredService<ITenantDatabases>().OpenAsync(twin ? id.Test : id, TestContext.Current.CancellationToken);
    }
}

/// <summary>Stands where the sockets stand, and keeps what is delivered.</summary>
internal sealed class RecordingOutlet : ILiveOutlet
{
    private readonly ConcurrentQueue<(TenantId Tenant, LiveEvent Event)> delivered = new();

    /// <summary>Called before an event counts as delivered.</summary>
    public Func<TenantId, LiveEvent, Task> Before { get; set; } = (_, _) => Task.CompletedTask;

    public IReadOnlyList<LiveEvent> Of(string tenant) =>
        [.. delivered.Where(one => string.Equals(one.Tenant.Value, tenant, StringComparison.Ordinal)).Select(one => one.Event)];

    /// <summary>Waits until so many of a name were delivered; the test's own time-out ends a wait in vain.</summary>
    public async Task<IReadOnlyList<LiveEvent>> UntilAsync(string tenant, string name, int count)
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            var found = Of(tenant).Where(live => string.Equals(live.Event.Name, name, StringComparison.Ordinal)).ToList();
            if (found.Count >= count)
            {
                return found;
            }

            await ticks.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    public async Task DeliverAsync(TenantId tenant, IReadOnlyList<LiveEvent> events, CancellationToken cancellationToken)
    {
        foreach (var live in events)
        {
            await Before(tenant, live);
            delivered.Enqueue((tenant, live));
        }
    }
}
