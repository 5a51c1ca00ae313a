using System.Net;
using System.Text.Json.Nodes;
using Ecodrix.Engine.Jobs;
using Ecodrix.Loopback;
using Ecodrix.Server.Features.Inbox;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Server.Tests.Inbound;
using Ecodrix.Server.Tests.Incidents;
using Ecodrix.Server.Tests.Story;
using Ecodrix.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Ecodrix.Server.Tests.Crashes;

/// <summary>A status of Meta's, and a server that dies at each write between the post and the last that follows from it.</summary>
public sealed class KilledIngestionTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_status_is_taken_in_once_at_whatever_write_the_server_dies()
    {
        (await Doom.AtEachWriteAsync(DiesAsync)).ShouldBeGreaterThanOrEqualTo(6);
    }

    private static async Task<bool> DiesAsync(int write)
    {
        var doom = new Doom();
        await using var scene = await InboundScene.StartAsync(doom.Connect);
        var tenant = await scene.CreateSenderAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("message_delivered", """{ "type": "create_note", "config": { "content": "delivered" } }"""));
        var run = await InboundScene.UnknownAsync(scene, tenant);
        var sent = scene.Meta.Messages.ShouldHaveSingleItem();
        await scene.Server.DrainAsync();

        doom.At(write);
        var body = MetaWebhook.Body(scene.Meta.BusinessId, MetaWebhook.Change(scene.Meta.PhoneNumberId, "statuses", MetaWebhook.Status(sent.Wamid, "delivered", sent.To, sent.EffectKey, TimeProvider.System.GetUtcNow())));
        var answer = await InboundScene.StatusOf(scene.PostAsync(body, scene.Meta.AppSecret));
        var died = await WorkOffAsync(scene.Server, doom);
        if (!died)
        {
            await AssertAsync(scene.Server, tenant, run, sent, $"no death at write {write}");
            return false;
        }

        await using var second = await doom.RestartAsync(server => server
            .With("ECODRIX_META_BASE_URL", scene.Meta.BaseUrl.AbsoluteUri)
            .With("ECODRIX_META_APP_SECRET", scene.Meta.AppSecret));
        if (answer is not HttpStatusCode.OK)
        {
            // Meta posts again what was not answered with 200.
            using var stranger = second.CreateAnonymousClient();
            using var request = MetaWebhook.Post(InboundScene.Webhook, body, scene.Meta.AppSecret);
            using var again = await stranger.SendAsync(request, Cancelled);
            again.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        await second.DrainAsync();
        await AssertAsync(second, new TenantClient(second, tenant.Code, tenant.LiveKey, tenant.TestKey, tenant.WebhookSecret), run, sent, $"death at write {write}, answered {answer}");
        return true;
    }

    /// <returns>Whether the server died of it.</returns>
    internal static async Task<bool> WorkOffAsync(ServerFixture server, Doom doom)
    {
        try
        {
            await server.DrainAsync();
        }
        catch (DatabaseUnavailableException)
        {
            doom.IsDead.ShouldBeTrue();
        }

        return doom.IsDead;
    }

    private static async Task AssertAsync(ServerFixture server, TenantClient tenant, JsonNode run, MetaMessage sent, string where)
    {
        var events = await tenant.UntilAsync("/api/saas/events/logs?trigger=message_delivered", logs => logs.AsArray() is [{ } log] && log.Text("status") is "completed");
        events.AsArray().Count.ShouldBe(1, where);
        var settled = await tenant.UntilAsync($"/api/saas/runs/{run.Text("_id")}", read => read["steps"]![0]!.Text("status") is "completed");
        settled["attention"]!.GetValue<bool>().ShouldBeFalse(where);

        var database = await server.Services.GetRequiredService<ITenantDatabases>().OpenAsync(TenantId.Parse(tenant.Code), Cancelled);
        (await database.Documents<Message>().FindAsync(sent.EffectKey!, Cancelled))!.Status.ShouldBe(MessageStatus.Delivered, where);
        (await database.Documents<Features.Timeline.Note>().CountAsync(null, 10, Cancelled)).ShouldBe(1, where);
        var work = await server.Services.GetRequiredService<IServicesDatabase>().Documents<WorkItem>().QueryAsync(new DocumentQuery(null, 100), Cancelled);
        work.ShouldAllBe(one => one.IsFinished && one.Lease == null);
    }
}
