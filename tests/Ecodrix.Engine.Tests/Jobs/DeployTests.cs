using System.Text.Json;
using System.Text.Json.Nodes;
using Ecodrix.Engine.Definitions;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Engine.Steps;
using Ecodrix.Engine.Tests.Hosting;
using Ecodrix.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Ecodrix.Engine.Tests.Jobs;

/// <summary>Two versions of the program at work side by side, as in every deploy: what the older does not understand it leaves as it is.</summary>
public sealed class DeployTests : EngineTests
{
    [Fact]
    public async Task Work_of_an_unknown_type_is_left_untouched_and_what_stands_behind_it_goes_on()
    {
        var counter = new Counter("count");
        var engine = await StartAsync(services: services => services.AddSingleton<IWorkHandler>(counter));
        var strange = Enumerable.Range(0, 70).Select(_ => Job("novel")).ToList();
        await engine.Queue.Documents.AddManyAsync(strange, Cancelled);
        Clock.Advance(TimeSpan.FromSeconds(1));
        var known = Job("count");
        await engine.Queue.Documents.AddManyAsync([known], Cancelled);

        await engine.PassAsync(TimeSpan.FromMinutes(5));
        await engine.PassAsync(TimeSpan.FromMinutes(5));

        (await engine.FindAsync(known.Id)).Status.ShouldBe(WorkStatus.Completed);
        foreach (var job in strange)
        {
            var left = await engine.FindAsync(job.Id);
            (left.Version, left.Lease, left.DueAt, left.Attempts).ShouldBe((1L, null, job.DueAt, 0));
        }

        (await engine.Control.CountLeftAloneAsync(1_000, Cancelled)).ShouldBe(70);
    }

    [Fact]
    public async Task A_newer_state_of_a_known_type_is_left_and_an_older_one_is_done()
    {
        var counter = new Counter("count", version: 3);
        var engine = await StartAsync(services: services => services.AddSingleton<IWorkHandler>(counter));
        var (older, same, newer) = (Job("count"), Job("count") with { StateVersion = 3 }, Job("count") with { StateVersion = 4 });
        await engine.Queue.Documents.AddManyAsync([newer, same, older], Cancelled);

        await engine.PassAsync(TimeSpan.FromMinutes(1));

        var done = await engine.FindAsync(older.Id);
        (done.Status, done.StateVersion).ShouldBe((WorkStatus.Completed, 3));
        (await engine.FindAsync(same.Id)).Status.ShouldBe(WorkStatus.Completed);
        (await engine.FindAsync(newer.Id)).Version.ShouldBe(1);
        counter.Calls.ShouldBe(2);
    }

    [Fact]
    public async Task A_newer_event_is_left_and_the_tenants_other_events_run()
    {
        World.Rule("welcome", "lead_captured", """[{"type":"send","config":{"text":"hi"}}]""");
        var engine = await StartAsync(options => options.Works = false);
        var newer = await engine.FireAsync("lead_captured");
        (await engine.Queue.Documents.TryReplaceAsync(newer with { Version = newer.Version + 1, StateVersion = EventMachine.DeferredVersion + 1 }, Cancelled)).ShouldBeTrue();
        var worker = await StartBesideAsync(engine);

        await engine.FireAsync("lead_captured");
        await worker.PassAsync(TimeSpan.FromMinutes(1));

        World.Effects.ShouldBe(["hi"]);
        (await engine.FindAsync(newer.Id)).Version.ShouldBe(2);
    }

    [Fact]
    public async Task What_is_accepted_and_not_understood_here_is_stored_and_done_by_the_version_that_understands_it()
    {
        var older = await StartAsync();
        var counter = new Counter("novel");
        var job = Job("novel") with { DueAt = null };
        (await older.Control.AddJobAsync(job, Cancelled)).ShouldBeTrue();
        await older.PassAsync(TimeSpan.FromSeconds(2));
        (await older.FindAsync(job.Id)).Lease.ShouldBeNull();

        var newer = await StartBesideAsync(older, services: services => services.AddSingleton<IWorkHandler>(counter));
        await newer.PassAsync(TimeSpan.FromSeconds(2));

        (await newer.FindAsync(job.Id)).Status.ShouldBe(WorkStatus.Completed);
        counter.Calls.ShouldBe(1);
    }

    [Fact]
    public async Task What_is_asked_of_work_that_is_not_understood_waits_in_it_for_the_version_that_does()
    {
        var older = await StartAsync();
        var later = Job("novel") with { DueAt = Clock.GetUtcNow().AddDays(1), StateVersion = 7 };
        await older.Queue.Documents.AddManyAsync([later], Cancelled);

        (await older.Control.CancelAsync(Acme, later.Id, null, Cancelled))!.Status.ShouldBe(WorkStatus.Queued);

        var asked = await older.FindAsync(later.Id);
        (asked.Status, asked.Signals.Single().Kind, asked.DueAt).ShouldBe((WorkStatus.Queued, SignalKind.Cancel, Clock.GetUtcNow()));
        var newer = await StartBesideAsync(older, services: services => services.AddSingleton<IWorkHandler>(new Counter("novel", version: 7)));
        await newer.PassAsync(TimeSpan.FromSeconds(2));
        (await newer.FindAsync(later.Id)).Status.ShouldBe(WorkStatus.Cancelled);
    }

    [Fact]
    public async Task What_a_newer_version_has_written_beside_is_kept_through_every_settle()
    {
        World.Rule("two", "lead_captured", """[{"type":"send","config":{"text":"hi"}},{"type":"wait","config":{"minutes":1}},{"type":"send","config":{"text":"bye"}}]""");
        var engine = await StartAsync(options => options.Works = false);
        var fired = await engine.FireAsync("lead_captured", EngineProcess.WithCallback);
        var run = fired.Event!.Runs[0];
        await engine.Queue.Documents.TryReplaceAsync(
            fired with
            {
                Version = fired.Version + 1,
                Unread = Novelty("work"),
                Callback = fired.Callback! with { Unread = Novelty("callback") },
                Event = fired.Event with
                {
                    Unread = Novelty("event"),
                    Runs = [run with { Unread = Novelty("run"), Steps = [.. run.Steps.Select(step => step with { Unread = Novelty("step") })] }],
                },
            },
            Cancelled);
        var worker = await StartBesideAsync(engine);

        await worker.PassAsync(TimeSpan.FromMinutes(2));

        World.Effects.ShouldBe(["hi", "bye"]);
        var done = await engine.FindAsync(fired.Id);
        done.Status.ShouldBe(WorkStatus.Completed);
        string[] kept = [Kept(done.Unread), Kept(done.Callback!.Unread), Kept(done.Event!.Unread), Kept(done.Event.Runs[0].Unread), .. done.Event.Runs[0].Steps.Select(step => Kept(step.Unread))];
        kept.ShouldBe(["work", "callback", "event", "run", "step", "step", "step"]);
    }

    [Fact]
    public async Task An_action_that_nothing_here_does_waits_for_a_version_that_does_it_and_fails_when_none_comes_for_a_day()
    {
        var novel = new NovelHandler();
        World.Rules.Add(new RuleParser([novel]).Parse("novel", 1, JsonDocument.Parse("""{"name":"novel","trigger":"go","actions":[{"type":"novel","config":{}}]}""").RootElement).Rule!);
        var older = await StartAsync();
        var fired = await older.FireAsync("go");
        await older.PassAsync(TimeSpan.FromMinutes(1));
        var waiting = (await older.FindAsync(fired.Id)).Event!.Runs[0].Steps[0];
        (waiting.Attempts, waiting.FinishedAt).ShouldBe((0, null));

        var newer = await StartBesideAsync(older, services: services => services.AddSingleton<IStepHandler>(novel));
        older.Death.Now();
        await newer.PassAsync(TimeSpan.FromMinutes(1));
        (await newer.FindAsync(fired.Id)).Event!.Runs[0].Status.ShouldBe(RunStatus.Completed);
    }

    [Fact]
    public async Task An_action_that_no_version_does_fails_after_a_day()
    {
        World.Rules.Add(new RuleParser([new NovelHandler()]).Parse("novel", 1, JsonDocument.Parse("""{"name":"novel","trigger":"go","actions":[{"type":"novel","config":{}}]}""").RootElement).Rule!);
        var engine = await StartAsync();
        var fired = await engine.FireAsync("go");

        await engine.PassAsync(TimeSpan.FromDays(1.1));

        (await engine.FindAsync(fired.Id)).Event!.Runs[0].Error.ShouldBe("UNKNOWN_ACTION: Nothing here does novel.");
    }

    private WorkItem Job(string type) => new()
    {
        Id = DocumentId.New(Clock.GetUtcNow()),
        Tenant = "ACME",
        Type = type,
        Lane = Lane.Bulk,
        CreatedAt = Clock.GetUtcNow(),
        RunAt = Clock.GetUtcNow(),
        DueAt = Clock.GetUtcNow(),
    };

    private static Dictionary<string, JsonElement> Novelty(string where) =>
        new(StringComparer.Ordinal) { ["novelty"] = JsonSerializer.SerializeToElement(new JsonObject { ["of"] = where }) };

    private static string Kept(Dictionary<string, JsonElement>? unread) => unread!["novelty"].GetProperty("of").GetString()!;

    private sealed class Counter(string type, int version = 0) : IWorkHandler
    {
        public string Type => type;

        public int StateVersion => version;

        public int Calls { get; private set; }

        public Task<WorkOutcome> AdvanceAsync(ITenantDatabase database, WorkItem work, Func<JsonElement, Task<bool>> recordEffectAsync, CancellationToken cancellationToken)
        {
            Calls++;
            return Task.FromResult<WorkOutcome>(new WorkOutcome.Done());
        }
    }

    private sealed class NovelHandler : IStepHandler
    {
        public string Type => "novel";

        public TextForm FormOf(string path) => TextForm.Plain;

        public IEnumerable<(string Path, string Problem)> Validate(JsonElement config) => [];

        public Task<Prepared> PrepareAsync(StepContext context, CancellationToken cancellationToken) => Task.FromResult(new Prepared { Rendered = [] });

        public Task<StepOutcome> PerformAsync(StepContext context, Prepared prepared, CancellationToken cancellationToken) => Task.FromResult<StepOutcome>(new StepOutcome.Done());
    }
}
