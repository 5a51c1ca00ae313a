using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Callbacks;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Server.Tests.Tenants;

namespace Ecodrix.Server.Tests.Isolation;

/// <summary>One real object of every kind that has an id in a route, all of one tenant.</summary>
internal sealed partial record OwnedThings(
    TenantClient Owner, string Lead, string Rule, string Event, string ScheduledEvent, string Run, string Callback, string Enrollment, string Pipeline, string Conversation, string Notification)
{
    /// <summary>The id of the live key.</summary>
    public required string Key { get; init; }

    /// <summary>How the owner sees each of them.</summary>
    private IReadOnlyList<string> Reads =>
    [
        $"/api/crm/leads/{Lead}",
        $"/api/crm/leads/{Lead}/timeline",
        $"{RuleIntents.Rules}/{Rule}",
        $"/api/saas/events/logs/{Event}",
        $"/api/saas/events/logs/{ScheduledEvent}",
        $"/api/saas/runs/{Run}",
        $"/api/saas/callbacks/logs/{Callback}",
        $"/api/saas/jobs/status/{ScheduledEvent}",
        $"/api/crm/sequences/lead/{Lead}",
        $"/api/crm/pipelines/{Pipeline}",
        "/api/crm/notifications",
    ];

    /// <summary>A test twin starts with copies of these, under the same ids.</summary>
    public IReadOnlyList<string> Copied => [Rule, Pipeline];

    /// <summary>Everything that a stranger's answer must not hold.</summary>
    public IReadOnlyList<string> Ids => [Lead, Rule, Event, ScheduledEvent, Run, Callback, Enrollment, Pipeline, Conversation, Notification, Key];

    public static async Task<OwnedThings> MakeAsync(TenantClient owner)
    {
        await using var receiver = await CallbackReceiver.StartAsync(HttpStatusCode.Gone);
        var rule = (await owner.CreateRuleAsync(RuleIntents.Rule("go", RuleIntents.Wait(600), body => body["isSequence"] = true))).Text("_id");
        var (answer, callback) = await owner.FinishedAsync(receiver, EventIntents.Event("go"));
        var lead = answer.Text("leadId");
        var scheduled = await owner.FiredAsync(EventIntents.Event("later", change: body => body["delayMinutes"] = 600), HttpStatusCode.Accepted);
        var enrollments = await owner.ReadDataAsync($"/api/crm/sequences/lead/{lead}");
        var pipelines = await owner.ReadDataAsync("/api/crm/pipelines");
        var log = await SettledAsync(owner, callback.Headers["webhook-id"]);
        var notification = await NotificationOfAsync(owner, receiver);
        var conversation = await ConversationOfAsync(owner);

        return new OwnedThings(
            owner, lead, rule, answer.Text("eventLogId"), scheduled.Text("eventLogId"), answer["runs"]![0]!.Text("runId"), log,
            enrollments[0]!.Text("_id"), pipelines[0]!.Text("_id"), conversation, notification)
        {
            Key = (await owner.ReadDataAsync("/api/saas/keys")).AsArray().Single(key => key!.Text("mode") is "live")!.Text("keyId"),
        };
    }

    public async Task<IReadOnlyList<string>> SeenByOwnerAsync()
    {
        var seen = new List<string>();
        foreach (var path in Reads)
        {
            // A link is signed anew each time it is read.
            seen.Add($"{path}: {Link().Replace((await Owner.ReadDataAsync(path)).ToJsonString(), "")}");
        }

        return seen;
    }

    private static async Task<string> NotificationOfAsync(TenantClient owner, CallbackReceiver receiver)
    {
        await owner.CreateRuleAsync(RuleIntents.Rule("tell", """{ "type": "notify", "config": { "title": "Look", "message": "Here" } }"""));
        await owner.FinishedAsync(receiver, EventIntents.Event("tell"));
        return (await owner.ReadDataAsync("/api/crm/notifications"))[0]!.Text("_id");
    }

    /// <summary>The client is paused first, so that its message stays where it is.</summary>
    private static async Task<string> ConversationOfAsync(TenantClient owner)
    {
        using var admin = new Operator(owner.Server);
        await admin.AskAsync(HttpMethod.Patch, $"/api/clients/{owner.Code}", new JsonObject { ["status"] = "paused" });
        var secrets = new JsonObject { ["whatsappToken"] = "no-token", ["whatsappPhoneNumberId"] = $"{Random.Shared.NextInt64(1_000_000_000_000)}" };
        await admin.AskAsync(HttpMethod.Post, $"/api/clients/{owner.Code}/secrets", secrets);

        using var sent = await owner.PostAsync("/api/saas/chat/send", new JsonObject { ["to"] = EventIntents.NewPhone(), ["templateName"] = "none" });
        return (await sent.ReadDataAsync(HttpStatusCode.Accepted))!.Text("conversationId");
    }

    /// <summary>The receiver answers before the attempt is on record.</summary>
    private static async Task<string> SettledAsync(TenantClient owner, string callback)
    {
        while ((await owner.ReadDataAsync($"/api/saas/callbacks/logs/{callback}")).Text("status") is "pending")
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }

        return callback;
    }

    [GeneratedRegex("\"traceUrl\":\"[^\"]*\"")]
    private static partial Regex Link();
}
