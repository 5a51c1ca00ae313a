using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Ecodrix.Server.Features.Events;
using Ecodrix.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Ecodrix.Server.Tests.Leads;

/// <summary>A server whose system triggers are kept to be looked at.</summary>
public sealed class LeadServer : ServerFixture
{
    public LeadServer() => With(services => services.Replace(ServiceDescriptor.Singleton<ISystemTriggers>(Fired)));

    internal FiredTriggers Fired { get; } = new();

    internal T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    internal Task<ITenantDatabase> OpenAsync(TenantClient tenant) =>
        Get<ITenantDatabases>().OpenAsync(TenantId.Parse(tenant.Code), TestContext.Current.CancellationToken);
}

/// <summary>Keeps what was fired, once for each id, as accepting an event does.</summary>
internal sealed class FiredTriggers : ISystemTriggers
{
    private readonly ConcurrentQueue<SystemTrigger> fired = new();

    private readonly ConcurrentDictionary<string, bool> ids = new(StringComparer.Ordinal);

    public Task FireAsync(ITenantDatabase database, SystemTrigger trigger, CancellationToken cancellationToken)
    {
        if (ids.TryAdd(trigger.Id, value: true))
        {
            fired.Enqueue(trigger);
        }

        return Task.CompletedTask;
    }

    public IReadOnlyList<SystemTrigger> Of(string leadId) => [.. fired.Where(trigger => string.Equals(trigger.LeadId, leadId, StringComparison.Ordinal))];

    public IReadOnlyList<string> NamesOf(string leadId) => [.. Of(leadId).Select(trigger => trigger.Name)];
}

/// <summary>What tests want of a client's leads.</summary>
internal static class LeadIntents
{
    private static int phones;

    /// <summary>A valid Indian mobile number that no other test uses.</summary>
    public static string NewPhone() => $"+9198{Interlocked.Increment(ref phones) + 10_000_000:D8}";

    public static async Task<JsonObject> CreateLeadAsync(this TenantClient tenant, Action<JsonObject>? change = null)
    {
        var body = new JsonObject { ["firstName"] = "Asha", ["phone"] = NewPhone() };
        change?.Invoke(body);
        using var response = await tenant.PostAsync("/api/crm/leads", body);
        return (await response.ReadDataAsync(System.Net.HttpStatusCode.Created))!.AsObject();
    }

    public static async Task<JsonObject> ReadLeadAsync(this TenantClient tenant, string id)
    {
        using var response = await tenant.GetAsync($"/api/crm/leads/{id}");
        return (await response.ReadDataAsync())!.AsObject();
    }

    public static async Task<JsonArray> ListAsync(this TenantClient tenant, string path)
    {
        using var response = await tenant.GetAsync(path);
        return (await response.ReadDataAsync())!.AsArray();
    }

    public static async Task<string> StageIdAsync(this TenantClient tenant, string name)
    {
        var pipelines = await tenant.ListAsync("/api/crm/pipelines");
        return pipelines[0]!["stages"]!.AsArray().Single(stage => string.Equals(stage!.Text("name"), name, StringComparison.Ordinal))!.Id();
    }

    public static string Id(this JsonNode node) => node["_id"]!.GetValue<string>();

    public static string Text(this JsonNode node, string name) => node[name]!.GetValue<string>();
}
