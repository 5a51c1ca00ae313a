using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Engine.Steps;
using Ecodrix.Engine.Tests.Hosting;
using Ecodrix.Storage;

namespace Ecodrix.Engine.Tests.Runs;

/// <summary>A run that goes on after it had ended is found again by the events that end it.</summary>
public sealed class RetriedRunTests : EngineTests
{
    private const string Steps = """[{"type":"send","onError":"stop","config":{"text":"hello"}},{"type":"wait","config":{"minutes":60}},{"type":"send","config":{"text":"remind"}}]""";

    private const string Cancelling = ""","cancelOn":[{"trigger":"cancelled","match":"data.id"}]""";

    private bool isDown = true;

    public RetriedRunTests() =>
        World.OnSend = context => isDown && context.Config["text"]!.GetValue<string>() is "hello" ? new StepOutcome.Failed("X", "down") : new StepOutcome.Done();

    [Fact]
    public async Task It_is_ended_by_what_comes_after_the_retry()
    {
        var (engine, booked) = await FailedAsync();
        (await MarksAsync(engine)).ShouldBeEmpty();

        await RetryAsync(engine, booked);
        (await RunAsync(engine, booked)).Status.ShouldBe(RunStatus.Waiting);
        await engine.PassAsync(TimeSpan.FromMinutes(1));
        await engine.FireAsync("cancelled", data: """{"id":2}""");
        await engine.FireAsync("cancelled", lead: "lead-2", data: """{"id":1}""");
        await engine.DrainAsync();
        (await RunAsync(engine, booked)).Status.ShouldBe(RunStatus.Waiting);

        await engine.FireAsync("cancelled", data: """{"id":1}""");
        await engine.PassAsync(TimeSpan.FromHours(2));

        var run = await RunAsync(engine, booked);
        (run.Status, run.Error).ShouldBe((RunStatus.Cancelled, "cancelOn: cancelled came"));
        World.Effects.ShouldBe(["hello"]);
        (await MarksAsync(engine)).ShouldBeEmpty();
    }

    [Fact]
    public async Task It_is_not_ended_by_what_came_before_the_retry()
    {
        var (engine, booked) = await FailedAsync();
        await engine.FireAsync("cancelled", data: """{"id":1}""");
        await engine.PassAsync(TimeSpan.FromMinutes(1));

        await RetryAsync(engine, booked);
        await engine.PassAsync(TimeSpan.FromHours(2));

        World.Effects.ShouldBe(["hello", "remind"]);
        (await MarksAsync(engine)).ShouldBeEmpty();
    }

    [Fact]
    public async Task It_is_ended_also_when_the_retry_and_what_ends_it_come_to_another_process_while_a_worker_holds_its_event()
    {
        World.Rule("remind", "booked", Steps, more: Cancelling);
        World.Rule("slow", "booked", """[{"type":"send","config":{"text":"slow"}}]""");
        var hold = new TaskCompletionSource();
        var engine = await StartAsync(options => options.IsAlone = false);
        try
        {
            // The first run has failed, and the second is being sent.
            World.OnSend = context =>
            {
                World.Hold = hold.Task;
                return context.Config["text"]!.GetValue<string>() is "hello" && isDown ? new StepOutcome.Failed("X", "down") : new StepOutcome.Done();
            };
            var booked = await engine.FireAsync("booked", data: """{"id":1}""");
            await UntilAsync(engine, booked, work => work.Event!.Runs[0].Status is RunStatus.Failed && work.Event.Runs[1].Steps[0].EffectStartedAt is not null);
            isDown = false;
            await engine.Control.RetryAsync(Acme, booked.Id, booked.Event!.Runs[0].Id, Cancelled);
            Clock.Advance(TimeSpan.FromSeconds(1));
            var second = await StartBesideAsync(engine);
            await second.FireAsync("cancelled", data: """{"id":1}""");

            // It stands in its lead's line behind what is held.
            hold.SetResult();
            await PassAllAsync(TimeSpan.FromSeconds(1));

            (await RunAsync(engine, booked)).Status.ShouldBe(RunStatus.Cancelled);
            await PassAllAsync(TimeSpan.FromHours(2));
            World.Effects.ShouldNotContain("remind", StringComparer.Ordinal);
        }
        finally
        {
            hold.TrySetResult();
        }
    }

    [Fact]
    public async Task A_mark_that_was_put_up_again_is_not_taken_down_by_who_saw_the_end_before()
    {
        var (engine, booked) = await FailedAsync();
        var ended = await RunAsync(engine, booked);
        await engine.PassAsync(TimeSpan.FromSeconds(1));
        await RetryAsync(engine, booked);

        await engine.Get<CancelMarks>().TakeDownAsync(ended, Cancelled);

        (await MarksAsync(engine)).ShouldHaveSingleItem().Since.ShouldBeGreaterThan(ended.FinishedAt!.Value);
    }

    [Fact]
    public async Task A_death_after_the_mark_and_before_the_retry_leaves_a_mark_that_whoever_follows_it_takes_down()
    {
        var (first, booked) = await FailedAsync();
        isDown = false;
        first.Death.At(2);
        await Should.ThrowAsync<DatabaseUnavailableException>(() => first.Control.RetryAsync(Acme, booked.Id, booked.Event!.Runs[0].Id, Cancelled));
        first.Kill();

        var second = await StartAsync();
        (await MarksAsync(second)).ShouldHaveSingleItem();
        Clock.Advance(TimeSpan.FromSeconds(1));
        await second.FireAsync("cancelled", data: """{"id":1}""");
        await second.DrainAsync();

        (await MarksAsync(second)).ShouldBeEmpty();
        (await RunAsync(second, booked)).Status.ShouldBe(RunStatus.Failed);
    }

    private async Task<(EngineProcess Engine, WorkItem Booked)> FailedAsync()
    {
        World.Rule("remind", "booked", Steps, more: Cancelling);
        var engine = await StartAsync();
        var booked = await engine.FireAsync("booked", data: """{"id":1}""");
        await engine.PassAsync(TimeSpan.FromMinutes(1));
        (await RunAsync(engine, booked)).Status.ShouldBe(RunStatus.Failed);
        return (engine, booked);
    }

    private async Task RetryAsync(EngineProcess engine, WorkItem booked)
    {
        isDown = false;
        await engine.Control.RetryAsync(Acme, booked.Id, booked.Event!.Runs[0].Id, Cancelled);
        await engine.DrainAsync();
    }

    private static async Task<Run> RunAsync(EngineProcess engine, WorkItem booked) => (await engine.FindAsync(booked.Id)).Event!.Runs[0];

    private static Task<IReadOnlyList<CancelMark>> MarksAsync(EngineProcess engine) =>
        engine.Services.Documents<CancelMark>().QueryAsync(new DocumentQuery(null, 10), Cancelled);

    private static async Task UntilAsync(EngineProcess engine, WorkItem booked, Func<WorkItem, bool> isSo)
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        for (var turn = 0; !isSo(await engine.FindAsync(booked.Id)); turn++)
        {
            turn.ShouldBeLessThan(2_000);
            await ticks.WaitForNextTickAsync(Cancelled);
        }
    }
}
