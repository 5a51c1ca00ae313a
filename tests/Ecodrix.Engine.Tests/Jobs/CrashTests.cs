using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Engine.Tests.Hosting;
using Ecodrix.Storage;

namespace Ecodrix.Engine.Tests.Jobs;

public sealed class CrashTests : EngineTests
{
    [Fact]
    public async Task A_worker_that_lost_its_lease_writes_nothing()
    {
        World.Rule("welcome", "lead_captured", """[{"type":"send","config":{"text":"hi"}}]""");
        var held = new TaskCompletionSource();
        World.Hold = held.Task;
        var engine = await StartAsync();
        var accepted = await engine.FireAsync("lead_captured");
        await World.Entered.Task.WaitAsync(Cancelled);

        var taken = await engine.FindAsync(accepted.Id);
        var other = taken with { Version = taken.Version + 1, Lease = taken.Lease! with { Owner = "another", Token = "another" } };
        (await engine.Queue.Documents.TryReplaceAsync(other, Cancelled)).ShouldBeTrue();
        held.SetResult();
        await engine.DrainAsync();

        var stored = await engine.FindAsync(accepted.Id);
        (stored.Version, stored.Lease!.Token, stored.Event!.Runs[0].Steps[0].Status).ShouldBe((other.Version, "another", StepStatus.Running));
    }

    [Fact]
    public async Task What_is_held_long_keeps_its_lease()
    {
        World.Rule("welcome", "lead_captured", """[{"type":"send","config":{"text":"hi"}}]""");
        var held = new TaskCompletionSource();
        World.Hold = held.Task;
        var engine = await StartAsync();
        var accepted = await engine.FireAsync("lead_captured");
        await World.Entered.Task.WaitAsync(Cancelled);

        Clock.Advance(TimeSpan.FromSeconds(20));
        await engine.UnderWay.RenewAsync(Cancelled);

        (await engine.FindAsync(accepted.Id)).DueAt.ShouldBe(Clock.GetUtcNow() + new EngineOptions().Lease);
        held.SetResult();
        await engine.DrainAsync();
        (await engine.FindAsync(accepted.Id)).Status.ShouldBe(WorkStatus.Completed);
    }

    [Fact]
    public async Task An_observer_hears_of_what_it_must_although_the_process_died_after_the_settle()
    {
        World.Rule("welcome", "lead_captured", """[{"type":"mark","config":{"text":"hi"}}]""");
        var deaf = new Listener { Fails = true };
        var first = await StartAsync(observer: deaf);
        var accepted = await first.FireAsync("lead_captured");
        await first.DrainAsync();
        first.Kill();

        var listener = new Listener();
        var second = await StartAsync(observer: listener);
        await second.PassAsync(TimeSpan.FromSeconds(10));

        listener.Heard.ShouldContain((accepted.Id, WorkStatus.Completed));
        var settled = await second.FindAsync(accepted.Id);
        (settled.Untold, settled.DueAt).ShouldBe((false, null));
    }

    private sealed class Listener : IWorkObserver
    {
        private readonly List<(string Id, WorkStatus Status)> heard = [];

        public bool Fails { get; init; }

        public IReadOnlyList<(string Id, WorkStatus Status)> Heard => heard;

        public bool MustHear(WorkItem? before, WorkItem after) => after.IsFinished;

        public Task OnSettledAsync(ITenantDatabase database, WorkItem? before, WorkItem after, CancellationToken cancellationToken)
        {
            heard.Add((after.Id, after.Status));
            return Fails ? throw new InvalidOperationException("deaf") : Task.CompletedTask;
        }
    }
}
