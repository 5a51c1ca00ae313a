using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Ecodrix.Server.Tests.Sandbox;

/// <summary>Rules that send, at work in the sandbox.</summary>
public sealed class MessagingRunTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private const string Rule = """
        {"name":"Booked","trigger":"appointment_confirmed","actions":[
          {"type":"create_meet","config":{"title":"With {{ lead.firstName }}","startTime":"2030-01-02T09:00:00Z","durationMinutes":45,"attendeeEmail":"{{ lead.email }}"}},
          {"type":"send_whatsapp","config":{"templateName":"booked","variables":["{{ lead.firstName }}","{{ resolved.meetLink }}"]}},
          {"type":"send_email","config":{"subject":"Booked, {{ lead.firstName }}","htmlBody":"<p>{{ event.note }}</p>"}}]}
        """;

    [Fact]
    public async Task One_trigger_makes_a_meeting_a_message_and_a_mail_with_their_values_in_place()
    {
        var client = await server.CreateTenantAsync();
        await PostAsync(client, "/api/crm/automations", Rule, HttpStatusCode.Created);

        await FireAsync(client, "+919876543210", "asha@example.test");

        var outbox = await OutboxOfAsync(client, 3);
        var link = outbox["meet"]["meetLink"]!.GetValue<string>();
        outbox["meet"]["subject"]!.GetValue<string>().ShouldBe("With Asha");
        outbox["whatsapp"]["template"]!["variables"]!.AsArray().Select(value => value!.GetValue<string>()).ShouldBe(["Asha", link]);
        outbox["email"]["subject"]!.GetValue<string>().ShouldBe("Booked, Asha");
        outbox["email"]["html"]!.GetValue<string>().ShouldBe("<p>&lt;b&gt; &amp; co</p>");
        outbox["email"]["to"]!.GetValue<string>().ShouldBe("asha@example.test");
    }

    [Fact]
    public async Task Magic_recipients_fail_their_steps_with_the_providers_code()
    {
        var client = await server.CreateTenantAsync();
        await PostAsync(client, "/api/crm/automations", Rule, HttpStatusCode.Created);

        await FireAsync(client, "+919999131026", "bounce@example.test");

        var outbox = await OutboxOfAsync(client, 3);
        outbox["whatsapp"]["status"]!.GetValue<string>().ShouldBe("failed");
        outbox["whatsapp"]["error"]!["code"]!.GetValue<string>().ShouldBe("131026");
        outbox["email"]["error"]!["code"]!.GetValue<string>().ShouldBe("550");
    }

    [Theory]
    [InlineData("""{"type":"send_whatsapp","config":{}}""", "actions[0].config.templateName")]
    [InlineData("""{"type":"send_whatsapp","config":{"templateName":"a","variables":"x"}}""", "actions[0].config.variables")]
    [InlineData("""{"type":"send_email","config":{"subject":"a"}}""", "actions[0].config.htmlBody")]
    [InlineData("""{"type":"send_email","config":{"subject":"a","htmlBody":"{{ lead.firstName"}}""", "actions[0].config.htmlBody")]
    [InlineData("""{"type":"create_meet","config":{"title":"a"}}""", "actions[0].config.startTime")]
    public async Task A_sending_action_that_cannot_work_is_refused_when_the_rule_is_saved(string action, string path)
    {
        var client = await server.CreateTenantAsync();

        using var response = await client.PostAsync("/api/crm/automations", JsonNode.Parse($$"""{"name":"r","trigger":"t","actions":[{{action}}]}"""));

        (await response.ShouldFailAsync(HttpStatusCode.BadRequest, "VALIDATION_ERROR"))["errors"]!.AsObject().ContainsKey(path).ShouldBeTrue();
    }

    private static Task FireAsync(TenantClient client, string phone, string email) => PostAsync(
        client,
        "/api/saas/workflows/trigger",
        $$"""{"trigger":"appointment_confirmed","phone":"{{phone}}","email":"{{email}}","createLeadIfMissing":true,"leadData":{"firstName":"Asha"},"variables":{"note":"<b> & co"} }""",
        HttpStatusCode.OK);

    private static async Task PostAsync(TenantClient client, string path, string body, HttpStatusCode expected)
    {
        using var response = await client.TestHttp.PostAsJsonAsync(path, JsonNode.Parse(body), TestContext.Current.CancellationToken);
        await response.ReadDataAsync(expected);
    }

    /// <returns>One item of each channel, once there are so many.</returns>
    private static async Task<Dictionary<string, JsonNode>> OutboxOfAsync(TenantClient client, int items)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            using var response = await client.TestHttp.GetAsync("/api/saas/sandbox/outbox", TestContext.Current.CancellationToken);
            var outbox = (await response.ReadDataAsync())!.AsArray();
            if (outbox.Count == items)
            {
                return outbox.ToDictionary(item => item!["channel"]!.GetValue<string>(), item => item!, StringComparer.Ordinal);
            }

            await ticks.WaitForNextTickAsync(timeout.Token);
        }
    }
}
