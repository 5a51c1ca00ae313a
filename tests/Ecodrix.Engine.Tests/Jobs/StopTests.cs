using Ecodrix.Engine.Runs;
using Ecodrix.Engine.Tests.Hosting;

namespace Ecodrix.Engine.Tests.Jobs;

/// <summary>A process that is told to stop while it works.</summary>
public sealed class StopTests : EngineTests
{
    [Fact]
    public async Task Leases_are_held_until_the_last_work_is_settled_however_long_the_stop_waits_for_it()
    {
        World.Rule("welcome", "lead_captured", """[{"type":"send","config":{"text":"hi"}}]""");
        var held = new TaskCompletionSource();
        World.Hold = held.Task;
        var engine = await StartAsync(options => options.Lease = TimeSpan.FromSeconds(6));
        var accepted = await engine.FireAsync("lead_captured");
        await World.Entered.Task.WaitAsync(Cancelled);

        var stop = engine.StopAsync();
        try
        {
            await ShouldRenewAsync(engine, accepted.Id);
            await ShouldRenewAsync(engine, accepted.Id);
        }
        finally
        {
            held.SetResult();
        }

        await stop;

        World.Effects.ShouldBe(["hi"]);
        var settled = await engine.FindAsync(accepted.Id);
        (settled.Lease, settled.Event!.Runs[0].Steps[0].Status).ShouldBe((null, StepStatus.Completed));
    }

    [Fact]
    public async Task What_is_still_under_way_when_the_grace_is_over_is_left_to_its_lease_and_held_no_longer()
    {
        World.Rule("welcome", "lead_captured", """[{"type":"send","config":{"text":"hi"}}]""");
        World.Hold = new TaskCompletionSource().Task;
        var engine = await StartAsync(options => options.StopGrace = TimeSpan.FromSeconds(2));
        var accepted = await engine.FireAsync("lead_captured");
        await World.Entered.Task.WaitAsync(Cancelled);

        var stop = engine.StopAsync();
        while (!stop.IsCompleted)
        {
            await PassAsync();
        }

        await stop;
        World.Effects.ShouldBeEmpty();
        (await engine.FindAsync(accepted.Id)).Lease.ShouldBeNull("the send was called off, so that the work could be handed back");
    }

    /// <summary>Lets time pass until the lease is lengthened, which must be before it ends.</summary>
    private async Task ShouldRenewAsync(EngineProcess engine, string workId)
    {
        var end = (await engine.FindAsync(workId)).DueAt!.Value;
        while ((await engine.FindAsync(workId)).DueAt == end)
        {
            Clock.GetUtcNow().ShouldBeLessThan(end, "the lease ran out while the stop waited");
            await PassAsync();
        }
    }

    /// <summary>A little of the tests' time in less of the real time, in which other threads do what has fallen due.</summary>
    private async Task PassAsync()
    {
        Clock.Advance(TimeSpan.FromMilliseconds(100));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        await tick.WaitForNextTickAsync(Cancelled);
    }
}
