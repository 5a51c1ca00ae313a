using Ecodrix.Server.Tests.Events;
using Ecodrix.Server.Tests.Inbound;
using Ecodrix.Server.Tests.Incidents;

namespace Ecodrix.Server.Tests.Outages;

/// <summary>Effects that are under way when their client's database goes away.</summary>
public sealed class LedgerTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_had_left_is_written_down_when_the_database_is_back_and_is_not_unknown()
    {
        TestStorage.NeedsFiles("this takes a file away.");
        await using var scene = await InboundScene.StartAsync();
        var tenant = await scene.CreateSenderAsync();
        scene.Meta.AnswersAfter = () =>
        {
            tenant.TakeDatabaseAway();
            return TimeSpan.Zero;
        };

        var fired = await tenant.FiredAsync(EventIntents.Event("go"));
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!tenant.KnowsToBeDown())
        {
            await ticks.WaitForNextTickAsync(Cancelled);
        }

        await tenant.PutDatabaseBackAsync();
        var log = await tenant.ReadsAsync($"/api/saas/events/logs/{fired.Text("eventLogId")}", read => read.Text("status") is "completed");

        var run = await tenant.ReadDataAsync($"/api/saas/runs/{log["runs"]![0]!.Text("_id")}");
        run["steps"]![0]!.Text("status").ShouldBe("completed");
        run["attention"]!.GetValue<bool>().ShouldBeFalse();
        var message = await scene.MessageAsync(tenant, run["steps"]![0]!["result"]!.Text("messageId"));
        message!.Status.ToString().ShouldBe("Sent");
        scene.Meta.Messages.ShouldHaveSingleItem();
    }
}
