using System.Collections.Concurrent;
using System.Text.Json;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Engine.Tests.Hosting;
using Ecodrix.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Ecodrix.Engine.Tests.Jobs;

/// <summary>Whoever watches work live sees each of its durable states, in order, and never one that is not stored.</summary>
public sealed class WatcherTests : EngineTests
{
    private const string TwoSends = """[{"type":"mark","config":{"text":"one"}},{"type":"send","config":{"text":"two"}}]""";

    [Fact]
    public async Task Every_durable_state_is_seen_once_after_the_one_before_it()
    {
        World.Rule("welcome", "go", TwoSends);
        var watcher = new Watcher();
        var engine = await StartAsync(services: all => all.AddSingleton<IWorkWatcher>(watcher));
        watcher.Stored = id => engine.Queue.Documents.FindAsync(id, CancellationToken.None).GetAwaiter().GetResult();
        var accepted = await engine.FireAsync("go", EngineProcess.WithCallback);
        await engine.DrainAsync();

        var seen = watcher.Of(accepted.Id);

        seen[0].Before.ShouldBeNull();
        foreach (var (one, next) in seen.Zip(seen.Skip(1)))
        {
            next.Before!.Version.ShouldBe(one.After.Version);
        }

        seen[^1].After.Version.ShouldBe((await engine.FindAsync(accepted.Id)).Version);
        seen.ShouldAllBe(state => state.StoredVersion >= state.After.Version);
        seen.Select(state => string.Join(' ', state.After.Event!.Runs[0].Steps.Select(step => step.Status))).Distinct(StringComparer.Ordinal)
            .ShouldBe(["Pending Pending", "Completed Running", "Completed Completed"]);
    }

    [Fact]
    public async Task A_change_from_outside_is_seen_too()
    {
        World.Rule("welcome", "go", """[{"type":"wait","config":{"minutes":60}}]""");
        var watcher = new Watcher();
        var engine = await StartAsync(services: all => all.AddSingleton<IWorkWatcher>(watcher));
        var accepted = await engine.FireAsync("go");
        await engine.DrainAsync();

        await engine.Control.CancelAsync(Acme, accepted.Id, accepted.Event!.Runs[0].Id, Cancelled);
        await engine.DrainAsync();

        watcher.Of(accepted.Id)[^1].After.Event!.Runs[0].Status.ShouldBe(RunStatus.Cancelled);
    }

    [Fact]
    public async Task What_a_worker_did_without_its_lease_is_not_seen()
    {
        World.Rule("welcome", "go", """[{"type":"send","config":{"text":"hi"}}]""");
        var held = new TaskCompletionSource();
        World.Hold = held.Task;
        var watcher = new Watcher();
        var engine = await StartAsync(services: all => all.AddSingleton<IWorkWatcher>(watcher));
        var accepted = await engine.FireAsync("go");
        await World.Entered.Task.WaitAsync(Cancelled);

        var taken = await engine.FindAsync(accepted.Id);
        var other = taken with { Version = taken.Version + 1, Lease = taken.Lease! with { Owner = "another", Token = "another" } };
        (await engine.Queue.Documents.TryReplaceAsync(other, Cancelled)).ShouldBeTrue();
        held.SetResult();
        await engine.DrainAsync();

        watcher.Of(accepted.Id).ShouldAllBe(state => state.After.Version < other.Version);
    }

    [Fact]
    public async Task The_states_of_a_job_are_seen()
    {
        var watcher = new Watcher();
        var engine = await StartAsync(services: all => all.AddSingleton<IWorkWatcher>(watcher).AddSingleton<IWorkHandler>(new Endless()));
        var now = Clock.GetUtcNow();
        var job = new WorkItem { Id = DocumentId.New(now), Tenant = Acme.Value, Type = "endless", CreatedAt = now, RunAt = now, Progress = new Progress(0, 5) };

        (await engine.Control.AddJobAsync(job, Cancelled)).ShouldBeTrue();
        await engine.Control.CancelAsync(Acme, job.Id, null, Cancelled);
        await engine.PassAsync(TimeSpan.FromMinutes(2));

        watcher.Of(job.Id)[0].After.Progress.ShouldBe(new Progress(0, 5));
        watcher.Of(job.Id).MaxBy(state => state.After.Version)!.After.Status.ShouldBe(WorkStatus.Cancelled);
    }

    /// <summary>A job that would go on for as long as it is let.</summary>
    private sealed class Endless : IWorkHandler
    {
        public string Type => "endless";

        public Task<WorkOutcome> AdvanceAsync(ITenantDatabase database, WorkItem work, Func<JsonElement, Task<bool>> recordEffectAsync, CancellationToken cancellationToken) =>
            Task.FromResult<WorkOutcome>(new WorkOutcome.TryLater("there is always more", CountsAsAttempt: false));
    }

    private sealed class Watcher : IWorkWatcher
    {
        private readonly ConcurrentQueue<State> seen = new();

        public Func<string, WorkItem?> Stored { get; set; } = _ => null;

        public void OnWritten(WorkItem? before, WorkItem after) => seen.Enqueue(new State(before, after, Stored(after.Id)?.Version ?? 0));

        public IReadOnlyList<State> Of(string id) => [.. seen.Where(state => string.Equals(state.After.Id, id, StringComparison.Ordinal))];
    }

    /// <param name="StoredVersion">What the database held when it was told.</param>
    private sealed record State(WorkItem? Before, WorkItem After, long StoredVersion);
}
