using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Engine.Steps;
using Ecodrix.Engine.Tests.Hosting;
using Ecodrix.Storage;

namespace Ecodrix.Engine.Tests.Runs;

/// <summary>A sequence's run that goes on after it had ended takes its lead's place again, or does not go on.</summary>
public sealed class RetriedSequenceTests : EngineTests
{
    private const string Steps = """[{"type":"send","config":{"text":"welcome"}},{"type":"wait","config":{"minutes":60}},{"type":"send","config":{"text":"remind"}}]""";

    private bool isDown = true;

    public RetriedSequenceTests()
    {
        World.OnSend = _ => isDown ? new StepOutcome.Failed("X", "down") : new StepOutcome.Done();
        World.Rule("drip", "joined", Steps, isSequence: true);
    }

    [Fact]
    public async Task While_it_goes_on_its_lead_does_not_enter_the_sequence_a_second_time()
    {
        var (engine, failed) = await FailedAsync();

        (await RetryAsync(engine, failed)).Status.ShouldBe(RunStatus.Running);
        await engine.DrainAsync();
        var second = await engine.FireAsync("joined");
        await engine.DrainAsync();

        (await engine.FindAsync(second.Id)).Event!.Skipped.ShouldHaveSingleItem().Reason.ShouldBe("already in this sequence");
        await engine.PassAsync(TimeSpan.FromHours(2));
        World.Effects.ShouldBe(["welcome", "remind"]);
    }

    [Fact]
    public async Task It_stays_failed_while_its_lead_is_in_the_sequence_by_another_run_and_goes_on_after_that_has_ended()
    {
        var (engine, failed) = await FailedAsync();
        isDown = false;
        await engine.FireAsync("joined");
        await engine.DrainAsync();

        (await RetryAsync(engine, failed)).Status.ShouldBe(RunStatus.Failed);
        (await engine.FindAsync(failed.Id)).Version.ShouldBe(failed.Version);

        await engine.PassAsync(TimeSpan.FromHours(2));
        (await RetryAsync(engine, failed)).Status.ShouldBe(RunStatus.Running);
        await engine.PassAsync(TimeSpan.FromHours(2));
        World.Effects.ShouldBe(["welcome", "remind", "welcome", "remind"]);
    }

    [Fact]
    public async Task Another_leads_run_of_the_sequence_does_not_keep_it_from_going_on()
    {
        var (engine, failed) = await FailedAsync();
        isDown = false;
        await engine.FireAsync("joined", lead: "lead-2");
        await engine.DrainAsync();

        (await RetryAsync(engine, failed)).Status.ShouldBe(RunStatus.Running);
    }

    [Fact]
    public async Task A_place_that_was_taken_again_is_not_given_back_by_who_saw_the_end_before()
    {
        var (engine, failed) = await FailedAsync();
        await engine.PassAsync(TimeSpan.FromSeconds(1));
        await RetryAsync(engine, failed);

        var before = failed with { Event = failed.Event! with { Runs = [failed.Event.Runs[0] with { Status = RunStatus.Running }] } };
        await engine.Get<SequenceClaims>().ReleaseEndedAsync(before, failed, Cancelled);

        (await ClaimsAsync(engine)).ShouldHaveSingleItem().Owner.ShouldBe(failed.Event!.Runs[0].Id);
    }

    [Fact]
    public async Task A_death_after_the_place_was_taken_and_before_the_run_goes_on_frees_the_place_a_minute_later()
    {
        var (first, failed) = await FailedAsync();
        first.Death.At(3);
        await Should.ThrowAsync<DatabaseUnavailableException>(() => RetryAsync(first, failed));
        first.Kill();

        var engine = await StartAsync();
        (await ClaimsAsync(engine)).ShouldHaveSingleItem();
        (await RunAsync(engine, failed)).Status.ShouldBe(RunStatus.Failed);
        await engine.PassAsync(Claims.Grace + TimeSpan.FromSeconds(1));
        var second = await engine.FireAsync("joined");
        await engine.DrainAsync();

        (await engine.FindAsync(second.Id)).Event!.Runs.ShouldHaveSingleItem().Status.ShouldBe(RunStatus.Waiting);
        (await RetryAsync(engine, failed)).Status.ShouldBe(RunStatus.Failed);
    }

    private async Task<(EngineProcess Engine, WorkItem Failed)> FailedAsync()
    {
        var engine = await StartAsync();
        var joined = await engine.FireAsync("joined");
        await engine.DrainAsync();
        (await RunAsync(engine, joined)).Status.ShouldBe(RunStatus.Failed);
        (await ClaimsAsync(engine)).ShouldBeEmpty();
        return (engine, await engine.FindAsync(joined.Id));
    }

    private async Task<Run> RetryAsync(EngineProcess engine, WorkItem failed)
    {
        isDown = false;
        return (await engine.Control.RetryAsync(Acme, failed.Id, failed.Event!.Runs[0].Id, Cancelled))!.Work.Event!.Runs[0];
    }

    private static async Task<Run> RunAsync(EngineProcess engine, WorkItem joined) => (await engine.FindAsync(joined.Id)).Event!.Runs[0];

    private static Task<IReadOnlyList<Claim>> ClaimsAsync(EngineProcess engine) =>
        engine.Services.Documents<Claim>().QueryAsync(new DocumentQuery(null, 10), Cancelled);
}
