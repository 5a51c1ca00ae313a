using System.Net;
using System.Text.Json.Nodes;
using Ecodrix.Loopback;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Server.Tests.Inbound;
using Ecodrix.Server.Tests.Story;
using CallbackReceiver = Ecodrix.Server.Tests.Callbacks.CallbackReceiver;
using ReceivedCallback = Ecodrix.Server.Tests.Callbacks.ReceivedCallback;

namespace Ecodrix.Server.Tests.Traces;

/// <summary>One whole story: a rule that matched, one that did not, one that was not asked, a message with its statuses, and a callback that took two attempts.</summary>
public sealed class TraceScene : IAsyncDisposable
{
    public const string FirstName = "Ashalata";

    public const string LastName = "Venkatesh";

    public const string Email = "ashalata.venkatesh@example.test";

    public const string When = "Monday at nine";

    public const string Doctor = "Dr Quill";

    public const string Appointment = "appt-77-secret";

    private const string Send = """
        { "type": "send_whatsapp", "name": "hello", "config": { "templateName": "booked", "language": "en_US", "variables": ["{{ lead.firstName }}", "{{ event.when }}"] } }
        """;

    private TraceScene(InboundScene server, TenantClient tenant) => (Server, Tenant) = (server, tenant);

    public InboundScene Server { get; }

    public TenantClient Tenant { get; }

    public string Phone { get; } = EventIntents.NewPhone();

    /// <summary>The answer to the trigger.</summary>
    public JsonNode Answer { get; private set; } = null!;

    public string EventId => Answer.Text("eventLogId");

    public string RunId => Answer["runs"]![0]!.Text("runId");

    public string LeadId => Answer.Text("leadId");

    public string MessageId { get; private set; } = null!;

    public IReadOnlyList<ReceivedCallback> Callbacks { get; private set; } = [];

    public static async Task<TraceScene> StartAsync(Action<ServerFixture>? change = null)
    {
        var server = await InboundScene.StartAsync(change);
        server.Meta.Add(new MetaTemplate("booked", "en_US", "Hello {{1}}, we meet on {{2}}."));
        var tenant = await server.CreateSenderAsync();
        using var synced = await tenant.PostAsync("/api/saas/chat/templates/sync", new JsonObject());
        await synced.ReadDataAsync();
        var scene = new TraceScene(server, tenant);
        await scene.PlayAsync();
        return scene;
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    public Task<JsonNode> TraceAsync(string id, string query = "") => Tenant.ReadDataAsync($"/api/saas/trace/{id}{query}");

    private async Task PlayAsync()
    {
        await using var receiver = await CallbackReceiver.StartAsync(HttpStatusCode.InternalServerError);
        await Tenant.CreateRuleAsync(RuleIntents.Rule("booked", Send, rule => rule["name"] = "Confirm"));
        await Tenant.CreateRuleAsync(RuleIntents.Rule("booked", Send, rule =>
        {
            rule["name"] = "Only the warm";
            rule["condition"] = JsonNode.Parse("""{ "field": "lead.score", "operator": "gte", "value": 50 }""");
        }));
        await Tenant.CreateRuleAsync(RuleIntents.Rule("booked", Send, rule => (rule["name"], rule["isActive"]) = ("Asleep", false)));

        Answer = await Tenant.FiredAsync(EventIntents.Event("booked", Phone, body =>
        {
            body["email"] = Email;
            body["leadData"] = new JsonObject { ["firstName"] = FirstName, ["lastName"] = LastName };
            body["variables"] = new JsonObject { ["when"] = When };
            body["data"] = new JsonObject { ["doctor"] = new JsonObject { ["name"] = Doctor } };
            body["callbackUrl"] = receiver.Url.AbsoluteUri;
            body["callbackMetadata"] = new JsonObject { ["appointment"] = Appointment };
        }));
        var run = await Tenant.EndedRunAsync(Answer);
        run.Text("status").ShouldBe("completed", run.ToJsonString());
        MessageId = run["steps"]![0]!["result"]!.Text("messageId");

        var first = await receiver.NextAsync();
        var callback = $"/api/saas/callbacks/logs/{first.Headers["webhook-id"]}";
        await Tenant.UntilAsync(callback, log => log["attempts"]!.GetValue<int>() == 1);
        using var resent = await Tenant.PostAsync($"{callback}/resend");
        await resent.ReadDataAsync(HttpStatusCode.Accepted);
        Callbacks = [first, await receiver.NextAsync()];
        await Tenant.UntilAsync(callback, log => log.Text("status") is "delivered");

        await Server.ReportAsync("sent", "delivered", "read");
        await Server.SettledAsync();
    }
}
