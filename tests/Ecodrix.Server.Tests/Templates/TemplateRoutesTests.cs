using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Ecodrix.Loopback;

namespace Ecodrix.Server.Tests.Templates;

public sealed class TemplateRoutesTests : IAsyncLifetime
{
    private LoopbackMeta meta = null!;

    private ServerFixture server = null!;

    public async ValueTask InitializeAsync()
    {
        meta = await LoopbackMeta.StartAsync();
        server = await ServerFixture.StartAsync(settings: new Dictionary<string, string>(StringComparer.Ordinal) { ["ECODRIX_META_BASE_URL"] = meta.BaseUrl.AbsoluteUri });
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await meta.DisposeAsync();
    }

    [Fact]
    public async Task A_sync_fetches_every_page_and_a_second_one_marks_what_is_gone()
    {
        foreach (var name in new[] { "welcome", "reminder", "offer", "receipt", "survey" })
        {
            meta.Add(new MetaTemplate(name, "en_US", "Hello {{1}}") { Category = name is "offer" ? "MARKETING" : "UTILITY" });
        }

        var client = await ConfiguredAsync(meta.Token);

        (await SyncAsync(client))["added"]!.GetValue<int>().ShouldBe(5);
        (await SyncAsync(client))["updated"]!.GetValue<int>().ShouldBe(5);
        (await NamesAsync(client, "?category=Marketing")).ShouldBe(["offer"]);
        (await NamesAsync(client, "?search=RE")).ShouldBe(["receipt", "reminder"]);
        (await NamesAsync(client, "?status=deleted")).ShouldBeEmpty();

        using var one = await client.GetAsync("/api/saas/chat/templates/welcome");
        (await one.ReadDataAsync())![0]!["parameters"]!["body"]!.ToJsonString().ShouldBe("""["1"]""");
    }

    [Fact]
    public async Task The_test_twin_takes_its_live_tenants_templates_under_the_same_ids()
    {
        meta.Add(new MetaTemplate("welcome", "en_US", "Hello {{1}}"));
        var client = await ConfiguredAsync(meta.Token);
        await SyncAsync(client);

        using var synced = await client.TestHttp.PostAsync("/api/saas/chat/templates/sync", null, TestContext.Current.CancellationToken);
        await synced.ReadDataAsync();

        using var live = await client.GetAsync("/api/saas/chat/templates");
        using var twin = await client.TestHttp.GetAsync("/api/saas/chat/templates", TestContext.Current.CancellationToken);
        (await twin.ReadDataAsync())![0]!["_id"]!.GetValue<string>().ShouldBe((await live.ReadDataAsync())![0]!["_id"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_refused_sync_tells_Metas_code_and_marks_nothing()
    {
        var client = await ConfiguredAsync("wrong-token-of-a-client");

        using var response = await client.PostAsync("/api/saas/chat/templates/sync");

        (await response.ShouldFailAsync(HttpStatusCode.BadGateway, "UPSTREAM_FAILED"))["message"]!.GetValue<string>().ShouldContain("190");
    }

    [Fact]
    public async Task Without_an_account_there_is_nothing_to_sync_from()
    {
        var client = await server.CreateTenantAsync();

        using var response = await client.PostAsync("/api/saas/chat/templates/sync");

        await response.ShouldFailAsync(HttpStatusCode.UnprocessableEntity, "NOT_CONFIGURED");
    }

    [Fact]
    public async Task Another_tenant_is_told_that_the_template_does_not_exist()
    {
        meta.Add(new MetaTemplate("welcome", "en_US", "Hello"));
        await SyncAsync(await ConfiguredAsync(meta.Token));
        var other = await server.CreateTenantAsync();

        using var response = await other.GetAsync("/api/saas/chat/templates/welcome");

        await response.ShouldFailAsync(HttpStatusCode.NotFound, "NOT_FOUND");
    }

    private static async Task<JsonNode> SyncAsync(TenantClient client)
    {
        using var response = await client.PostAsync("/api/saas/chat/templates/sync");
        return (await response.ReadDataAsync())!;
    }

    private static async Task<string[]> NamesAsync(TenantClient client, string query)
    {
        using var response = await client.GetAsync("/api/saas/chat/templates" + query);
        return [.. (await response.ReadDataAsync())!.AsArray().Select(template => template!["name"]!.GetValue<string>())];
    }

    private async Task<TenantClient> ConfiguredAsync(string token)
    {
        var client = await server.CreateTenantAsync();
        using var admin = server.CreateAdminClient();
        var secrets = new JsonObject { ["whatsappToken"] = token, ["whatsappPhoneNumberId"] = meta.PhoneNumberId, ["whatsappBusinessId"] = meta.BusinessId };
        using var set = await admin.PostAsJsonAsync($"/api/clients/{client.Code}/secrets", secrets, TestContext.Current.CancellationToken);
        set.IsSuccessStatusCode.ShouldBeTrue(await set.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return client;
    }
}
