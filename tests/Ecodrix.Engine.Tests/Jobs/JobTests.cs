using System.Text.Json;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Engine.Tests.Hosting;
using Ecodrix.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Ecodrix.Engine.Tests.Jobs;

public sealed class JobTests : EngineTests
{
    [Fact]
    public async Task A_job_is_advanced_until_it_is_done()
    {
        var counter = new Counter(work => work.State?.GetInt32() is 3 ? new WorkOutcome.Done() : Next(work));
        var engine = await StartAsync(services: services => services.AddSingleton<IWorkHandler>(counter));
        var job = Job("count");

        (await engine.Control.AddJobAsync(job, Cancelled)).ShouldBeTrue();
        (await engine.Control.AddJobAsync(job, Cancelled)).ShouldBeFalse();
        foreach (var _ in Enumerable.Range(0, 4))
        {
            await engine.PassAsync(TimeSpan.FromMinutes(1));
        }

        var done = await engine.FindAsync(job.Id);
        (done.Status, done.State!.Value.GetInt32(), counter.Calls).ShouldBe((WorkStatus.Completed, 3, 4));

        WorkOutcome Next(WorkItem work) => new WorkOutcome.NextAt(Clock.GetUtcNow().AddMinutes(1))
        {
            State = JsonSerializer.SerializeToElement((work.State?.GetInt32() ?? 0) + 1),
        };
    }

    [Fact]
    public async Task A_job_that_breaks_off_is_tried_again_and_fails_when_its_attempts_are_used_up()
    {
        var engine = await StartAsync(services: services => services.AddSingleton<IWorkHandler>(new Counter(_ => throw new InvalidOperationException("bug"))));
        var job = Job("count") with { MaxAttempts = 2 };
        await engine.Control.AddJobAsync(job, Cancelled);

        await engine.DrainAsync();
        (await engine.FindAsync(job.Id)).Status.ShouldBe(WorkStatus.Queued);
        await engine.PassAsync(TimeSpan.FromSeconds(6.1));

        var failed = await engine.FindAsync(job.Id);
        (failed.Status, failed.Attempts).ShouldBe((WorkStatus.Failed, 2));
        (await engine.Control.RetryAsync(Acme, job.Id, null, Cancelled))!.Work.Status.ShouldBe(WorkStatus.Queued);
    }

    [Fact]
    public async Task A_callback_job_sends_the_same_body_until_it_is_taken()
    {
        var engine = await StartAsync();
        var answers = 0;
        World.OnCallback = callback => answers++ == 0
            ? callback with { NextAttemptAt = Clock.GetUtcNow().AddSeconds(5) }
            : callback with { Status = CallbackStatus.Delivered, NextAttemptAt = null };
        var job = Job(WorkItem.CallbackType);
        await engine.Control.AddJobAsync(job with { Callback = new CallbackState { Id = job.Id, Url = "https://example.com" } }, Cancelled);

        await engine.PassAsync(TimeSpan.FromSeconds(5));
        await engine.Control.ResendCallbackAsync(Acme, job.Id, Cancelled);
        await engine.DrainAsync();

        World.Callbacks.Count.ShouldBe(3);
        World.Callbacks.Distinct().Count().ShouldBe(1);
        var done = await engine.FindAsync(job.Id);
        (done.Status, done.Callback!.Attempts.Count).ShouldBe((WorkStatus.Completed, 3));
    }

    [Fact]
    public async Task A_send_that_breaks_off_is_unknown_and_never_sent_again()
    {
        World.Rule("welcome", "lead_captured", """[{"type":"send","config":{"text":"hi"}},{"type":"mark","config":{"text":"on"}}]""");
        World.OnSend = _ => throw new InvalidOperationException("bug");
        var engine = await StartAsync();

        var accepted = await engine.FireAsync("lead_captured");
        await engine.PassAsync(TimeSpan.FromHours(1));

        World.Effects.ShouldBe(["on"]);
        var run = (await engine.FindAsync(accepted.Id)).Event!.Runs[0];
        (run.Steps[0].Status, run.Attention).ShouldBe((StepStatus.Unknown, true));
    }

    [Fact]
    public async Task One_tenant_s_queue_leaves_slots_to_another()
    {
        var held = new TaskCompletionSource();
        World.Hold = held.Task;
        World.Rule("welcome", "lead_captured", """[{"type":"send","config":{"text":"{{ client.code }}"}}]""");
        var engine = await StartAsync(options => (options.Slots, options.SlotsPerTenant, options.ReservedSlots) = (8, 3, 2));
        foreach (var n in Enumerable.Range(0, 20))
        {
            await engine.FireAsync("lead_captured", lead: $"lead-{n}");
        }

        var other = await engine.DatabaseAsync("BETA");
        var work = await engine.FireAsync("lead_captured", fresh => fresh with { Database = other });

        work.Lease.ShouldNotBeNull();
        held.SetResult();
        await engine.DrainAsync();
        World.Effects.Count(code => code is "ACME").ShouldBe(20);
        World.Effects.Count(code => code is "BETA").ShouldBe(1);
    }

    [Fact]
    public async Task A_queue_longer_than_its_tenant_s_slots_is_drained_without_time_passing()
    {
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var done = 0;
        var counter = new Counter(_ =>
        {
            if (Interlocked.Increment(ref done) == 60)
            {
                all.SetResult();
            }

            return new WorkOutcome.Done();
        });
        var engine = await StartAsync(
            options => (options.Slots, options.SlotsPerTenant, options.ReservedSlots) = (16, 4, 4),
            services: services => services.AddSingleton<IWorkHandler>(counter));
        var due = Clock.GetUtcNow().AddMinutes(1);
        await engine.Queue.Documents.AddManyAsync([.. Enumerable.Range(0, 60).Select(_ => Job("count") with { RunAt = due, DueAt = due })], Cancelled);
        await engine.Control.AddJobAsync(Job("count") with { RunAt = due, DueAt = due }, Cancelled);

        Clock.Advance(TimeSpan.FromMinutes(1));

        await all.Task.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, Cancelled);
    }

    [Fact]
    public async Task A_stop_hands_back_what_is_unfinished_and_the_next_process_takes_it_at_once()
    {
        World.Rule("two", "lead_captured", """[{"type":"send","config":{"text":"first"}},{"type":"send","config":{"text":"second"}}]""");
        var held = new TaskCompletionSource();
        World.Hold = held.Task;
        var first = await StartAsync();
        var accepted = await first.FireAsync("lead_captured");
        await World.Entered.Task.WaitAsync(Cancelled);

        var stop = first.StopAsync();
        held.SetResult();
        await stop;
        World.Effects.ShouldBe(["first"]);
        (await first.FindAsync(accepted.Id)).Lease.ShouldBeNull();
        first.Kill();

        var second = await StartAsync();
        await second.DrainAsync();
        World.Effects.ShouldBe(["first", "second"]);
    }

    [Fact]
    public async Task Work_is_done_without_anyone_asking_when_its_time_comes()
    {
        World.Rule("later", "lead_captured", """[{"type":"send","delayMinutes":1,"config":{"text":"later"}}]""");
        var engine = await StartAsync();
        await engine.FireAsync("lead_captured");
        await engine.DrainAsync();

        Clock.Advance(TimeSpan.FromMinutes(1));
        await World.Entered.Task.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, Cancelled);
    }

    [Theory]
    [InlineData(8, 9, 1)]
    [InlineData(8, 4, 5)]
    public void Options_that_contradict_each_other_stop_the_start(int slots, int perTenant, int reserved) =>
        new EngineOptionsRules().Validate(null, new EngineOptions { Slots = slots, SlotsPerTenant = perTenant, ReservedSlots = reserved }).Failed.ShouldBeTrue();

    private WorkItem Job(string type) => new()
    {
        Id = DocumentId.New(Clock.GetUtcNow()),
        Tenant = "ACME",
        Type = type,
        Lane = Lane.Bulk,
        CreatedAt = Clock.GetUtcNow(),
        RunAt = Clock.GetUtcNow(),
    };

    private sealed class Counter(Func<WorkItem, WorkOutcome> advance) : IWorkHandler
    {
        public string Type => "count";

        public int Calls { get; private set; }

        public Task<WorkOutcome> AdvanceAsync(ITenantDatabase database, WorkItem work, Func<JsonElement, Task<bool>> recordEffectAsync, CancellationToken cancellationToken)
        {
            Calls++;
            return Task.FromResult(advance(work));
        }
    }
}
