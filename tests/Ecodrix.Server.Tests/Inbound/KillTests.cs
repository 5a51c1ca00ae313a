using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Delivery;
using Ecodrix.Server.Features.Events;
using Ecodrix.Server.Features.Inbox;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Server.Tests.Leads;

namespace Ecodrix.Server.Tests.Inbound;

/// <summary>Kills between what is made durable and what follows from it.</summary>
public sealed class KillTests : IAsyncDisposable
{
    private InboundScene scene = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => scene.DisposeAsync();

    [Fact]
    public async Task What_was_answered_with_200_is_worked_off_after_a_kill()
    {
        scene = await InboundScene.StartAsync(InboundScene.WithoutWorkers);
        var tenant = await scene.CreateSenderAsync();
        await tenant.FiredAsync(EventIntents.Event("go"));
        await scene.WorkAsync();
        var key = scene.Meta.Messages.ShouldHaveSingleItem().EffectKey!;
        Stop();

        await scene.ReportAsync("delivered");
        (await scene.MessageAsync(tenant, key))!.Status.ShouldBe(MessageStatus.Sent);
        await scene.WorkAsync();

        (await scene.MessageAsync(tenant, key))!.Status.ShouldBe(MessageStatus.Delivered);
    }

    [Fact]
    public async Task A_kill_at_any_write_of_taking_a_status_in_ends_as_if_there_had_been_none()
    {
        scene = await InboundScene.StartAsync();
        var tenant = await scene.CreateSenderAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("message_delivered", """{ "type": "add_tag", "config": { "tag": "x" } }"""));
        var database = await scene.OpenAsync(tenant);

        for (var writes = 0; writes < 4; writes++)
        {
            var run = await InboundScene.UnknownAsync(scene, tenant);
            var sent = scene.Meta.Messages[^1];
            var update = new StatusUpdate(sent.Wamid, MessageStatus.Delivered, TimeProvider.System.GetUtcNow(), sent.EffectKey, Error: null);
            var life = new Life(writes);
            var triggers = new KilledTriggers(scene.Get<ISystemTriggers>(), life);
            var book = new MessageBook(new CausedEvents(scene.Get<Engine.Runs.IRuleBook>, () => triggers), scene.Get<Features.Inbox.Live.MessageNews>(), scene.Get<Ecodrix.Server.Delivery.Ledger>());
            var doomed = new StatusDoor(book, scene.Get<Engine.Runs.IWorkControl>(), TimeProvider.System);
            try
            {
                await doomed.TakeInAsync(new KilledDatabase(database, life), update, Cancelled);
            }
            catch (KilledException)
            {
                life.IsOver.ShouldBeTrue();
            }

            await scene.Get<StatusDoor>().TakeInAsync(database, update, Cancelled);

            var settled = await tenant.ReadDataAsync($"/api/saas/runs/{EventIntents.Text(run, "_id")}");
            EventIntents.Text(settled["steps"]![0]!, "status").ShouldBe("completed");
            (await scene.MessageAsync(tenant, sent.EffectKey!))!.Status.ShouldBe(MessageStatus.Delivered);
            (await tenant.ReadDataAsync("/api/saas/events/logs?trigger=message_delivered")).AsArray().Count.ShouldBe(writes + 1);
        }
    }

    private void Stop()
    {
        scene.Get<Microsoft.Extensions.Options.IOptions<Engine.EngineOptions>>().Value.Works = false;
        scene.Get<Slots>().Close();
    }
}
