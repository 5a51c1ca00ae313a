using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Ecodrix.Server.Features.Tenants.Sources;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Ecodrix.Server.Tests.Sources;

/// <summary>A server of one process, which waits only for what is under way in itself.</summary>
public sealed class SourceFixture : ServerFixture
{
    public SourceFixture() => With(all => all.Replace(ServiceDescriptor.Singleton(new SwitchTimes { Settle = TimeSpan.Zero })));
}

internal static class SourceIntents
{
    public static async Task<HttpResponseMessage> SetSourceAsync(this TenantClient tenant, JsonNode? dbUri)
    {
        using var admin = tenant.Server.CreateAdminClient();
        return await admin.PostAsJsonAsync($"/api/clients/{tenant.Code}/datasource", new JsonObject { ["dbUri"] = dbUri }, TestContext.Current.CancellationToken);
    }

    /// <summary>A client whose data are in a database of its own.</summary>
    public static async Task<TenantClient> CreateTenantAtAsync(this ServerFixture server, string dbUri)
    {
        var tenant = await server.CreateTenantAsync();
        using var response = await tenant.SetSourceAsync(dbUri);
        (await response.ReadDataAsync(HttpStatusCode.OK))!["dataSource"]!.GetValue<string>().ShouldBe("mongodb");
        return tenant;
    }

    public static async Task<string> SourceOfAsync(this TenantClient tenant)
    {
        using var admin = tenant.Server.CreateAdminClient();
        using var response = await admin.GetAsync($"/api/clients/{tenant.Code}", TestContext.Current.CancellationToken);
        return (await response.ReadDataAsync())!["dataSource"]!.GetValue<string>();
    }
}
