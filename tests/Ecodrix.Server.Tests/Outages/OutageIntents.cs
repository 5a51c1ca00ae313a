using Ecodrix.Engine.Jobs;
using Ecodrix.Storage;
using Ecodrix.Storage.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ecodrix.Server.Tests.Outages;

/// <summary>What happens to a client's database: its file is taken away, and put back.</summary>
internal static class OutageIntents
{
    public static void TakeDatabaseAway(this TenantClient tenant) => File.Move(FileOf(tenant), FileOf(tenant) + ".away");

    /// <summary>Has the server find out that the file is away, if it has not yet; puts the file back, and has the server find that out.</summary>
    public static async Task PutDatabaseBackAsync(this TenantClient tenant)
    {
        for (var attempt = 0; !tenant.KnowsToBeDown() && attempt < 3; attempt++)
        {
            using var refused = await tenant.GetAsync("/api/crm/leads");
        }

        tenant.KnowsToBeDown().ShouldBeTrue();
        File.Move(FileOf(tenant) + ".away", FileOf(tenant));
        await tenant.Server.AskDatabasesAsync();
    }

    /// <summary>The round in which the server asks the databases that are down.</summary>
    public static Task AskDatabasesAsync(this ServerFixture server) =>
        server.Services.GetRequiredService<OutageRounds>().AskAsync(TestContext.Current.CancellationToken);

    public static bool KnowsToBeDown(this TenantClient tenant) =>
        tenant.Server.Services.GetRequiredService<ITenantOutages>().IsDown(TenantId.Parse(tenant.Code));

    /// <summary>An event as it is stored.</summary>
    public static async Task<WorkItem> EventAsync(this ServerFixture server, TenantClient tenant, System.Text.Json.Nodes.JsonNode answer)
    {
        var stored = await server.Services.GetRequiredService<IServicesDatabase>().Documents<WorkItem>().FindAsync(answer["eventLogId"]!.GetValue<string>(), TestContext.Current.CancellationToken);
        stored!.Tenant.ShouldBe(tenant.Code);
        return stored;
    }

    private static string FileOf(TenantClient tenant) => Path.Combine(tenant.Server.Folder, "tenants", $"{tenant.Code}.db");
}
