using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Ecodrix.Loopback;

namespace Ecodrix.Server.Tests.Sandbox;

/// <summary>The same actions with accounts of their own, against providers that refuse what the real ones refuse.</summary>
public sealed class LiveMessagingTests : IAsyncLifetime
{
    private LoopbackMeta meta = null!;

    private LoopbackGoogle google = null!;

    private ServerFixture server = null!;

    public async ValueTask InitializeAsync()
    {
        meta = await LoopbackMeta.StartAsync();
        google = await LoopbackGoogle.StartAsync();
        server = await ServerFixture.StartAsync(settings: new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["ECODRIX_META_BASE_URL"] = meta.BaseUrl.AbsoluteUri,
            ["ECODRIX_GOOGLE_BASE_URL"] = google.BaseUrl.AbsoluteUri,
            ["ECODRIX_GOOGLE_OAUTH_URL"] = google.BaseUrl.AbsoluteUri,
        });
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await google.DisposeAsync();
        await meta.DisposeAsync();
    }

    [Fact]
    public async Task Steps_reach_the_providers_under_their_own_ids_and_a_channel_without_an_account_fails()
    {
        meta.Add(new MetaTemplate("booked", "en_US", "Hi {{1}}: {{2}}"));
        var client = await ConfiguredAsync();
        await PostAsync(client, "/api/crm/automations", """
            {"name":"Booked","trigger":"booked","actions":[
              {"type":"create_meet","config":{"title":"Call","startTime":"2030-01-02T09:00:00Z","attendeeEmail":"{{ lead.email }}"}},
              {"type":"send_whatsapp","config":{"templateName":"booked","variables":["{{ lead.firstName }}","{{ resolved.meetLink }}"]}},
              {"type":"send_email","config":{"subject":"Hi","htmlBody":"x"}}]}
            """, HttpStatusCode.Created);

        var fired = await PostAsync(client, "/api/saas/workflows/trigger", """
            {"trigger":"booked","phone":"+919876543210","email":"asha@example.test","createLeadIfMissing":true,"leadData":{"firstName":"Asha"} }
            """, HttpStatusCode.OK);
        var steps = (await EndedRunAsync(client, fired["runs"]![0]!["runId"]!.GetValue<string>()))["steps"]!.AsArray();

        var sent = meta.Messages.ShouldHaveSingleItem();
        sent.EffectKey.ShouldBe(steps[1]!["result"]!["messageId"]!.GetValue<string>());
        sent.To.ShouldBe("+919876543210");
        sent.BodyTexts.ShouldBe(["Asha", steps[0]!["result"]!["meetLink"]!.GetValue<string>()]);
        google.Events.Count.ShouldBe(1);
        steps[2]!["status"]!.GetValue<string>().ShouldBe("failed");
        steps[2]!["lastError"]!.GetValue<string>().ShouldContain("not configured");
    }

    [Fact]
    public async Task A_message_whose_variables_do_not_fit_the_synced_template_is_refused_naming_the_parameter()
    {
        meta.Add(new MetaTemplate("booked", "en_US", "Hi {{1}}: {{2}}"));
        var client = await ConfiguredAsync();
        await PostAsync(client, "/api/saas/chat/templates/sync", "{}", HttpStatusCode.OK);

        using var unfit = await client.PostAsync("/api/saas/chat/send", JsonNode.Parse("""{"to":"+919876543210","templateName":"booked","variables":["Asha"]}"""));
        using var unknown = await client.PostAsync("/api/saas/chat/send", JsonNode.Parse("""{"to":"+919876543210","templateName":"other"}"""));

        (await unfit.ShouldFailAsync(HttpStatusCode.UnprocessableEntity, "TEMPLATE_INVALID"))["message"]!.GetValue<string>().ShouldContain("body.2");
        await unknown.ShouldFailAsync(HttpStatusCode.UnprocessableEntity, "TEMPLATE_INVALID");
        meta.Messages.ShouldBeEmpty();
    }

    private static async Task<JsonNode> PostAsync(TenantClient client, string path, string body, HttpStatusCode expected)
    {
        using var response = await client.PostAsync(path, JsonNode.Parse(body));
        return (await response.ReadDataAsync(expected))!;
    }

    private static async Task<JsonNode> EndedRunAsync(TenantClient client, string runId)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            using var response = await client.GetAsync($"/api/saas/runs/{runId}");
            var run = (await response.ReadDataAsync())!;
            if (run["status"]!.GetValue<string>() is "completed" or "failed")
            {
                return run;
            }

            await ticks.WaitForNextTickAsync(timeout.Token);
        }
    }

    private async Task<TenantClient> ConfiguredAsync()
    {
        var client = await server.CreateTenantAsync();
        using var admin = server.CreateAdminClient();
        var secrets = new JsonObject
        {
            ["whatsappToken"] = meta.Token,
            ["whatsappPhoneNumberId"] = meta.PhoneNumberId,
            ["whatsappBusinessId"] = meta.BusinessId,
            ["googleClientId"] = google.ClientId,
            ["googleClientSecret"] = google.ClientSecret,
            ["googleRefreshToken"] = google.RefreshToken,
        };
        using var set = await admin.PostAsJsonAsync($"/api/clients/{client.Code}/secrets", secrets, TestContext.Current.CancellationToken);
        set.IsSuccessStatusCode.ShouldBeTrue(await set.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return client;
    }
}
