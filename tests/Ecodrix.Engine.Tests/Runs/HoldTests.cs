using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Engine.Tests.Hosting;
using Ecodrix.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Ecodrix.Engine.Tests.Runs;

/// <summary>What is held in an incident rests, and goes on when it is held no longer.</summary>
public sealed class HoldTests : EngineTests
{
    private readonly Switch holds = new();

    [Fact]
    public async Task A_held_step_rests_without_a_look_until_it_is_released()
    {
        World.Rule("greet", "lead_captured", """[{"type":"send","config":{"text":"hello"}}]""");
        var engine = await StartHeldAsync();
        var accepted = await engine.FireAsync("lead_captured");
        await engine.DrainAsync();
        var resting = await engine.FindAsync(accepted.Id);
        resting.Event!.Runs[0].Steps[0].HeldFor.ShouldBe("all is held");

        (await engine.Control.ReleaseHeldAsync(null, Cancelled)).ShouldBe(0);
        await engine.PassAsync(TimeSpan.FromMinutes(5));
        (await engine.FindAsync(accepted.Id)).Version.ShouldBe(resting.Version);

        holds.IsOn = false;
        (await engine.Control.ReleaseHeldAsync(Acme, Cancelled)).ShouldBe(1);
        await engine.DrainAsync();
        World.Effects.ShouldBe(["hello"]);
        var step = (await engine.FindAsync(accepted.Id)).Event!.Runs[0].Steps[0];
        step.Attempts.ShouldBe(1);
        step.HeldFor.ShouldBeNull();
    }

    [Fact]
    public async Task A_release_that_got_lost_is_made_up_for()
    {
        World.Rule("greet", "lead_captured", """[{"type":"send","config":{"text":"hello"}}]""");
        var engine = await StartHeldAsync();
        await engine.FireAsync("lead_captured");
        await engine.DrainAsync();

        holds.IsOn = false;
        await engine.PassAsync(TimeSpan.FromMinutes(19));

        World.Effects.ShouldBe(["hello"]);
    }

    [Fact]
    public async Task A_held_callback_makes_no_attempt_and_the_runs_end_all_the_same()
    {
        World.Rule("greet", "lead_captured", """[{"type":"send","config":{"text":"hello"}}]""");
        holds.OnlyCallbacks = true;
        var engine = await StartHeldAsync();
        var accepted = await engine.FireAsync("lead_captured", EngineProcess.WithCallback);
        await engine.DrainAsync();
        World.Callbacks.ShouldBeEmpty();
        (await engine.FindAsync(accepted.Id)).Event!.Runs[0].Status.ShouldBe(RunStatus.Completed);

        holds.IsOn = false;
        await engine.Control.ReleaseHeldAsync(null, Cancelled);
        await engine.DrainAsync();
        World.Callbacks.Count.ShouldBe(1);
        (await engine.FindAsync(accepted.Id)).Callback!.Attempts.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_held_run_is_cancelled_like_any_other()
    {
        World.Rule("greet", "lead_captured", """[{"type":"send","config":{"text":"hello"}}]""");
        var engine = await StartHeldAsync();
        var accepted = await engine.FireAsync("lead_captured");
        await engine.DrainAsync();

        await engine.Control.CancelAsync(Acme, accepted.Id, null, Cancelled);
        holds.IsOn = false;
        await engine.Control.ReleaseHeldAsync(null, Cancelled);
        await engine.DrainAsync();

        World.Effects.ShouldBeEmpty();
        var work = await engine.FindAsync(accepted.Id);
        work.Event!.Runs[0].Status.ShouldBe(RunStatus.Cancelled);
        work.DueAt.ShouldBeNull();
        (await engine.Services.Documents<ParkedWork>().CountAsync(null, 10, Cancelled)).ShouldBe(0);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    [InlineData(4, false)]
    [InlineData(4, true)]
    public async Task A_process_that_dies_at_any_write_while_it_holds_or_releases_loses_nothing_and_does_nothing_twice(int write, bool afterTheWrite)
    {
        World.Rule("greet", "lead_captured", """[{"type":"send","config":{"text":"hello"}}]""");
        var first = await StartHeldAsync();
        var accepted = await first.FireAsync("lead_captured");
        first.Death.AfterThePoint = afterTheWrite;
        first.Death.At(write);
        try
        {
            await first.DrainAsync();
            holds.IsOn = false;
            await first.Control.ReleaseHeldAsync(null, Cancelled);
        }
        catch (DatabaseUnavailableException)
        {
            // The process is dead.
        }

        first.Kill();
        holds.IsOn = false;
        var second = await StartHeldAsync();
        await second.Control.ReleaseHeldAsync(null, Cancelled);
        await second.PassAsync(TimeSpan.FromMinutes(20));

        // A send that was under way at the death is unknown, and not made again.
        var step = (await second.FindAsync(accepted.Id)).Event!.Runs[0].Steps[0];
        step.Status.ShouldBeOneOf(StepStatus.Completed, StepStatus.Unknown);
        World.Effects.Count.ShouldBeLessThanOrEqualTo(1);
        (step.Status is StepStatus.Unknown || World.Effects.Count == 1).ShouldBeTrue();
    }

    private Task<EngineProcess> StartHeldAsync() => StartAsync(services: all => all.AddSingleton<IHolds>(holds));

    private sealed class Switch : IHolds
    {
        public bool IsOn { get; set; } = true;

        public bool OnlyCallbacks { get; set; }

        private HeldBack? Hold => IsOn ? new HeldBack("all is held") : null;

        public ValueTask<HeldBack?> OfStepAsync(TenantId tenant, string ruleId, string stepType, OwedAt owedAt, CancellationToken cancellationToken) =>
            ValueTask.FromResult(OnlyCallbacks ? null : Hold);

        public ValueTask<HeldBack?> OfJobAsync(TenantId tenant, string jobType, OwedAt owedAt, CancellationToken cancellationToken) => ValueTask.FromResult(Hold);

        public ValueTask<HeldBack?> OfCallbackAsync(TenantId tenant, string url, OwedAt owedAt, CancellationToken cancellationToken) => ValueTask.FromResult(Hold);
    }
}
