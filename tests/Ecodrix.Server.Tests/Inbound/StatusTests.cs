using System.Text.Json.Nodes;
using Ecodrix.Engine.Jobs;
using Ecodrix.Loopback;
using Ecodrix.Server.Features.Inbox;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Server.Tests.Story;
using Ecodrix.Storage;

namespace Ecodrix.Server.Tests.Inbound;

/// <summary>Statuses in any order and any number: the message moves forward only, and each thing is told once.</summary>
public sealed class StatusTests : IAsyncLifetime
{
    private InboundScene scene = null!;

    public async ValueTask InitializeAsync() => scene = await InboundScene.StartAsync();

    public ValueTask DisposeAsync() => scene.DisposeAsync();

    [Theory]
    [InlineData("sent,delivered,read", "Read")]
    [InlineData("read,delivered,sent", "Read")]
    [InlineData("delivered,delivered,sent,delivered", "Delivered")]
    [InlineData("failed,sent,delivered", "Failed")]
    [InlineData("delivered,failed", "Failed")]
    [InlineData("read,failed", "Read")]
    [InlineData("failed,read", "Read")]
    public async Task A_message_ends_at_the_same_status_in_whatever_order_and_number_it_is_told(string told, string expected)
    {
        var tenant = await scene.CreateSenderAsync();
        var messageId = await SentAsync(tenant);

        foreach (var status in told.Split(','))
        {
            await scene.ReportAsync(status);
            await scene.SettledAsync();
        }

        var message = (await scene.MessageAsync(tenant, messageId))!;
        message.Status.ToString().ShouldBe(expected);
        (message.Error?.Code).ShouldBe(expected is "Failed" ? "131026" : null);

        await scene.ReportAsync(told.Split(','));
        await scene.SettledAsync();
        (await scene.MessageAsync(tenant, messageId)).ShouldBe(message);
    }

    [Fact]
    public async Task Every_status_fires_its_trigger_once()
    {
        var tenant = await scene.CreateSenderAsync();
        foreach (var trigger in new[] { "message_sent", "message_delivered", "message_read", "message_failed" })
        {
            await tenant.CreateRuleAsync(RuleIntents.Rule(trigger, """{ "type": "add_tag", "config": { "tag": "told" } }"""));
        }

        var first = await SentAsync(tenant);
        await scene.ReportAsync("read", "sent", "delivered", "read");
        await scene.ReportAsync("delivered");
        await scene.SettledAsync();
        var second = await SentAsync(tenant);
        await scene.ReportAsync("failed", "failed");
        await scene.SettledAsync();

        (await FiredAsync(tenant, "message_sent")).ShouldBe([first, second], ignoreOrder: true);
        (await FiredAsync(tenant, "message_delivered")).ShouldBe([first]);
        (await FiredAsync(tenant, "message_read")).ShouldBe([first]);
        (await FiredAsync(tenant, "message_failed")).ShouldBe([second]);
    }

    [Fact]
    public async Task A_rule_that_answers_its_own_delivery_is_stopped_by_the_loop_guard()
    {
        const string Answer = """{ "type": "send_whatsapp", "config": { "templateName": "hello", "language": "en_US" } }""";
        var tenant = await scene.CreateSenderAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("message_delivered", Answer));
        await SentAsync(tenant);

        for (var depth = 1; depth <= 10; depth++)
        {
            await scene.ReportAsync("delivered");
            await tenant.UntilAsync($"/api/saas/events/logs?trigger=message_delivered", logs => logs.AsArray().Count == depth);
            await scene.SettledAsync();
            var expected = depth + 1;
            if (depth < 10)
            {
                await tenant.UntilAsync("/api/saas/runs?status=completed", runs => runs.AsArray().Count == expected);
            }
        }

        await scene.ReportAsync("delivered");
        await scene.SettledAsync();
        (await tenant.UntilAsync("/api/saas/runs?status=failed", runs => runs.AsArray().Count > 0))[0]!.Text("error").ShouldContain("AUTOMATION_CIRCULAR");
    }

    [Fact]
    public async Task A_status_that_lost_our_key_is_found_by_Metas_id()
    {
        var tenant = await scene.CreateSenderAsync();
        var messageId = await SentAsync(tenant);
        var sent = scene.Meta.Messages.ShouldHaveSingleItem();

        await PostedAsync(MetaWebhook.Status(sent.Wamid, "delivered", sent.To, effectKey: null, Now));

        (await scene.MessageAsync(tenant, messageId))!.Status.ShouldBe(MessageStatus.Delivered);
    }

    [Theory]
    [InlineData("""{"status":"delivered"}""")]
    [InlineData("""{"id":"wamid.x","status":"pondered","timestamp":"1"}""")]
    [InlineData("""{"id":"wamid.x","status":"delivered","timestamp":"99999999999999999999","biz_opaque_callback_data":"not an id"}""")]
    [InlineData("""{"id":"wamid.x","status":"failed","timestamp":7,"errors":[7]}""")]
    [InlineData("""{"id":"wamid.x","status":"failed","timestamp":"1","errors":[{"code":"x"}],"biz_opaque_callback_data":"665f00000000000000000001"}""")]
    [InlineData("7")]
    public async Task What_cannot_be_read_or_is_not_ours_holds_nothing_up(string status)
    {
        var tenant = await scene.CreateSenderAsync();
        var messageId = await SentAsync(tenant);
        var sent = scene.Meta.Messages.ShouldHaveSingleItem();
        var change = MetaWebhook.Change(scene.Meta.PhoneNumberId, "statuses", MetaWebhook.Status(sent.Wamid, "delivered", sent.To, sent.EffectKey, Now));
        change["value"]!["statuses"]!.AsArray().Insert(0, JsonNode.Parse(status));

        using var response = await scene.PostAsync(MetaWebhook.Body(scene.Meta.BusinessId, change), scene.Meta.AppSecret);
        await response.ReadDataAsync();
        await scene.SettledAsync();

        (await scene.MessageAsync(tenant, messageId))!.Status.ShouldBe(MessageStatus.Delivered);
        (await scene.JobsAsync()).ShouldAllBe(job => job.Status == WorkStatus.Completed && job.LastError == null);
    }

    [Fact]
    public async Task Customers_messages_and_other_news_are_kept_once_until_a_feature_reads_them()
    {
        var tenant = await scene.CreateSenderAsync();
        var text = MetaWebhook.Change(scene.Meta.PhoneNumberId, "messages", MetaWebhook.Text("wamid.in", "+919812345678", "Hello / ☕", Now));
        var template = new JsonObject { ["field"] = "message_template_status_update", ["value"] = new JsonObject { ["event"] = "PAUSED", ["message_template_name"] = "hello" } };
        var body = MetaWebhook.Body(scene.Meta.BusinessId, text, template);

        foreach (var _ in new[] { 1, 2 })
        {
            using var response = await scene.PostAsync(body, scene.Meta.AppSecret);
            await response.ReadDataAsync();
            await scene.SettledAsync();
        }

        var notices = await scene.NoticesAsync(tenant);
        notices.Select(notice => notice.Kind).Order(StringComparer.Ordinal).ShouldBe(["message", "message_template_status_update"]);
        var kept = notices.Single(notice => notice.Kind is "message");
        kept.Content.GetProperty("text").GetProperty("body").GetString().ShouldBe("Hello / ☕");
        kept.Contacts!.Value[0].GetProperty("profile").GetProperty("name").GetString().ShouldBe("Āśā ☕");
        (await scene.JobsAsync()).ShouldAllBe(job => !job.State!.Value.GetRawText().Contains("wamid", StringComparison.Ordinal));
    }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    /// <returns>The message of each event of the trigger.</returns>
    private async Task<IReadOnlyList<string>> FiredAsync(TenantClient tenant, string trigger)
    {
        var work = scene.Get<IServicesDatabase>().Documents<WorkItem>();
        var logs = await tenant.ReadDataAsync($"/api/saas/events/logs?trigger={trigger}");
        var events = await work.FindManyAsync([.. logs.AsArray().Select(log => log!.Text("_id"))], TestContext.Current.CancellationToken);
        return [.. events.Select(one => one.Event!.Data!.Value.GetProperty("messageId").GetString()!)];
    }

    private static async Task<string> SentAsync(TenantClient tenant)
    {
        var run = await InboundScene.RunAsync(tenant);
        run.Text("status").ShouldBe("completed", run.ToJsonString());
        return run["steps"]![0]!["result"]!.Text("messageId");
    }

    private async Task PostedAsync(params JsonObject[] statuses)
    {
        using var response = await scene.PostAsync(MetaWebhook.Body(scene.Meta.BusinessId, MetaWebhook.Change(scene.Meta.PhoneNumberId, "statuses", statuses)), scene.Meta.AppSecret);
        await response.ReadDataAsync();
        await scene.SettledAsync();
    }
}
