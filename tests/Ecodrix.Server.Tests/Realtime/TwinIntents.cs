using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Ecodrix.Server.Tests.Realtime;

/// <summary>What a developer does in test mode.</summary>
internal static class TwinIntents
{
    public static async Task<JsonNode> FireTwinAsync(this TenantClient tenant, JsonObject body)
    {
        using var response = await tenant.TestHttp.PostAsJsonAsync("/api/saas/workflows/trigger", body, TestContext.Current.CancellationToken);
        return (await response.ReadDataAsync())!;
    }
}
