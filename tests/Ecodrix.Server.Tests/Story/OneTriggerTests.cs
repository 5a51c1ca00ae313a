using System.Text.Json;
using System.Text.Json.Nodes;
using Ecodrix.Loopback;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Events;

namespace Ecodrix.Server.Tests.Story;

/// <summary>The main job from end to end: one trigger becomes a message, a mail, a meeting and a signed callback.</summary>
public sealed class OneTriggerTests : IAsyncLifetime
{
    /// <summary>What callbacks have broken on before: each must come back as JavaScript reads it.</summary>
    private const string Canaries =
        """{"10":1,"2":2,"b":{"1":[],"a":1},"price":1.50,"html":"<b>&'\"","emoji":"😀","nbsp":"\u00a0","ls":"\u2028","bom":"\ufeff","del":"\u007f","private":"\ue000","unit":"\u001f","big":1e21,"small":1e-7,"none":null}""";

    private const string Actions = """
        { "type": "send_whatsapp", "config": { "templateName": "appointment_confirmed", "language": "en_US", "variables": ["{{ lead.firstName }}", "{{ event.date }}", "{{ event.meetLink }}"] } },
        { "type": "send_email", "config": { "subject": "Booked, {{ lead.firstName }}", "htmlBody": "<p>{{ lead.firstName }} ({{ event.note }}): <a href=\"{{ event.meetLink }}\">join</a></p>" } }
        """;

    private Providers providers = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var why = NodeReceiver.WhyUnavailable();
        Assert.SkipWhen(why is not null, why ?? "");
        providers = await Providers.StartAsync(mail: true);
        providers.Meta.Add(new MetaTemplate("appointment_confirmed", "en_US", "Hi {{1}}, we meet on {{2}}: {{3}}"));
    }

    public async ValueTask DisposeAsync()
    {
        if (providers is not null)
        {
            await providers.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(NodeReceiverKind.Express)]
    [InlineData(NodeReceiverKind.Fastify)]
    [InlineData(NodeReceiverKind.Plain)]
    public async Task One_trigger_becomes_a_message_a_mail_a_meeting_and_a_callback_that_verifies(NodeReceiverKind kind)
    {
        var tenant = await providers.CreateTenantAsync();
        await using var receiver = await NodeReceiver.StartAsync(kind, tenant.WebhookSecret, "x-ecodrix-signature", Cancelled);
        var matching = await tenant.CreateRuleAsync(RuleIntents.Rule("appointment_confirmed", Actions));
        var other = await tenant.CreateRuleAsync(RuleIntents.Rule("appointment_confirmed", Actions, rule =>
            rule["condition"] = JsonNode.Parse("""{ "field": "lead.score", "operator": "gte", "value": 50 }""")));

        using var response = await tenant.SendTextAsync(HttpMethod.Post, "/api/saas/workflows/trigger", $$"""
            {"trigger":"appointment_confirmed","phone":"98765 43210","email":"Asha@Example.test","createLeadIfMissing":true,
             "leadData":{"firstName":"Asha <3"},"variables":{"date":"15 March","note":"<b>bring & show</b>"},
             "requiresMeet":true,"meetConfig":{"title":"Consultation","startTime":"2030-03-15T09:30:00Z","durationMinutes":45,"attendeeEmail":"asha@example.test","timeZone":"Asia/Kolkata"},
             "callbackUrl":"{{receiver.Url}}","callbackMetadata":{{Canaries}} }
            """);
        var answer = (await response.ReadDataAsync())!;
        var run = await tenant.EndedRunAsync(answer);
        var verdict = await receiver.VerdictAsync(Cancelled).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Cancelled);

        CheckAnswer(answer, matching, other);
        run.Text("status").ShouldBe("completed", run.ToJsonString());
        CheckMeeting(answer);
        CheckMessage(run, answer);
        await CheckMailAsync(run, answer);
        CheckCallback(verdict, tenant, answer);
        (await tenant.UntilAsync($"/api/saas/events/logs/{answer.Text("eventLogId")}", log => log.Text("callbackStatus") is "delivered")).Text("status").ShouldBe("completed");
    }

    private static void CheckAnswer(JsonNode answer, JsonNode matching, JsonNode other)
    {
        answer.AsObject().Select(field => field.Key).ShouldBe(
            ["eventLogId", "trigger", "leadId", "meetLink", "meetWarning", "rulesMatched", "scheduled", "runAt", "mode", "traceUrl", "runs", "skipped", "replayed", "meetStatus", "warnings"],
            ignoreOrder: true);
        answer["rulesMatched"]!.GetValue<int>().ShouldBe(1);
        answer.Text("meetStatus").ShouldBe("created");
        answer["meetWarning"].ShouldBeNull();
        answer["runs"]!.AsArray().ShouldHaveSingleItem()!.Text("ruleId").ShouldBe(matching.Text("_id"));
        var skipped = answer["skipped"]!.AsArray().ShouldHaveSingleItem()!;
        skipped.Text("ruleId").ShouldBe(other.Text("_id"));
        skipped.Text("reason").ShouldBe("condition lead.score gte 50 is false");
    }

    private void CheckMeeting(JsonNode answer)
    {
        var made = providers.Google.Events.ShouldHaveSingleItem();
        answer.Text("meetLink").ShouldBe(made.MeetLink);
        made.Id.ShouldMatch("^[a-v0-9]{32}$");
        made.Attendees.ShouldBe(["asha@example.test"]);
        made.Body.GetProperty("summary").GetString().ShouldBe("Consultation");
        (made.Body.GetProperty("end").GetProperty("dateTime").GetDateTimeOffset() - made.Body.GetProperty("start").GetProperty("dateTime").GetDateTimeOffset()).ShouldBe(TimeSpan.FromMinutes(45));
    }

    private void CheckMessage(JsonNode run, JsonNode answer)
    {
        var message = providers.Meta.Messages.ShouldHaveSingleItem();
        message.To.ShouldBe("+919876543210");
        message.BodyTexts.ShouldBe(["Asha <3", "15 March", answer.Text("meetLink")]);
        message.EffectKey.ShouldBe(run["steps"]![0]!["result"]!.Text("messageId"));
    }

    private async Task CheckMailAsync(JsonNode run, JsonNode answer)
    {
        var mail = (await providers.Smtp!.MailsAsync(1, Cancelled)).ShouldHaveSingleItem();
        mail.To.ShouldBe(["asha@example.test"]);
        mail.Subject.ShouldBe("Booked, Asha <3");
        mail.Html.ShouldNotBeNull().Trim().ShouldBe($"<p>Asha &lt;3 (&lt;b&gt;bring &amp; show&lt;/b&gt;): <a href=\"{answer.Text("meetLink")}\">join</a></p>");
        mail.MessageId.ShouldNotBeNull().ShouldMatch("^<[0-9a-f]{32}@acme[.]example>$");
        run["steps"]![1]!["result"]!.Text("emailMessageId").ShouldMatch("^[0-9a-f]{24}$");
        mail.WasSecure.ShouldBeTrue();
    }

    private static void CheckCallback(NodeVerdict verdict, TenantClient tenant, JsonNode answer)
    {
        (verdict.Plain, verdict.Standard).ShouldBe((true, true));
        var body = verdict.Body;
        body.GetProperty("eventLogId").GetString().ShouldBe(answer.Text("eventLogId"));
        body.GetProperty("clientCode").GetString().ShouldBe(tenant.Code);
        body.GetProperty("status").GetString().ShouldBe("completed");
        body.GetProperty("meetLink").GetString().ShouldBe(answer.Text("meetLink"));
        body.GetProperty("rulesMatched").GetInt32().ShouldBe(1);
        body.GetProperty("runs")[0].GetProperty("status").GetString().ShouldBe("completed");

        using var given = JsonDocument.Parse(Canaries);
        JsonElement.DeepEquals(body.GetProperty("metadata"), given.RootElement).ShouldBeTrue(body.GetProperty("metadata").GetRawText());
        body.GetProperty("metadata").EnumerateObject().Select(member => member.Name).Take(2).ShouldBe(["2", "10"]);
    }
}
