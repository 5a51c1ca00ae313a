using System.Text.Json;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Tests.Hosting;
using Ecodrix.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.Engine.Tests.Jobs;

/// <summary>A tenant whose clock is set ahead, beside one that goes by the real time.</summary>
public sealed class TimeTravelTests : EngineTests
{
    private const string WaitTwoDays = """[{"type":"wait","config":{"minutes":2880}},{"type":"send","config":{"text":"{{ resolved.now | date: '%F' }}"}}]""";

    private readonly SetClock clocks;

    private ITimeTravel travel = null!;

    public TimeTravelTests() => clocks = new SetClock(Clock);

    [Fact]
    public async Task Work_that_rests_is_due_by_its_tenants_clock_and_claimed_by_the_real_one()
    {
        World.Rule("go", "go", WaitTwoDays);
        clocks.Ahead["ACME"] = TimeSpan.FromDays(10);
        var engine = await StartEngineAsync();

        var fired = await engine.FireAsync("go");
        await engine.DrainAsync();

        var waiting = await engine.FindAsync(fired.Id);
        waiting.CreatedAt.ShouldBe(Clock.GetUtcNow().AddDays(10));
        waiting.Event!.Runs[0].Steps[0].DueAt.ShouldBe(Clock.GetUtcNow().AddDays(12));
        (waiting.DueAt, waiting.ClockAhead).ShouldBe((Clock.GetUtcNow().AddDays(2), TimeSpan.FromDays(10)));
        await engine.PassAsync(TimeSpan.FromDays(2));
        World.Effects.ShouldBe(["2026-03-27"]);
    }

    [Fact]
    public async Task Work_follows_a_clock_that_was_set_once_however_often_it_is_asked_to()
    {
        World.Rule("go", "go", WaitTwoDays);
        var engine = await StartEngineAsync();
        var fired = await engine.FireAsync("go");
        await engine.DrainAsync();

        clocks.Ahead["ACME"] = TimeSpan.FromDays(1);
        (await travel.FollowClockAsync(Acme, until: null, Cancelled)).ShouldBe([fired.Id]);
        (await travel.FollowClockAsync(Acme, until: null, Cancelled)).ShouldBeEmpty();
        await engine.DrainAsync();

        (await engine.FindAsync(fired.Id)).DueAt.ShouldBe(Clock.GetUtcNow().AddDays(1));
        (await travel.LookAsync(Acme, Cancelled)).ShouldBe(new Outlook(Clock.GetUtcNow().AddDays(2), Due: 0, Later: 1));
        World.Effects.ShouldBeEmpty();

        clocks.Ahead["ACME"] = TimeSpan.FromDays(2);
        (await travel.FollowClockAsync(Acme, until: null, Cancelled)).ShouldBe([fired.Id]);
        await engine.DrainAsync();
        World.Effects.ShouldBe(["2026-03-17"]);
        (await travel.LookAsync(Acme, Cancelled)).ShouldBe(new Outlook(null, 0, 0));
    }

    [Fact]
    public async Task What_died_between_the_clock_and_the_work_is_made_good_from_the_work_alone()
    {
        World.Rule("go", "go", WaitTwoDays);
        var first = await StartEngineAsync();
        await first.FireAsync("go");
        await first.DrainAsync();
        clocks.Ahead["ACME"] = TimeSpan.FromDays(2);
        first.Kill();

        var second = await StartEngineAsync();
        await second.DrainAsync();
        World.Effects.ShouldBeEmpty();
        await travel.FollowClockAsync(Acme, until: null, Cancelled);
        await second.DrainAsync();

        World.Effects.ShouldBe(["2026-03-17"]);
    }

    [Fact]
    public async Task A_job_and_an_event_that_is_scheduled_follow_too_and_another_tenants_do_not()
    {
        World.Rule("go", "go", """[{"type":"send","config":{"text":"went"}}]""");
        var later = new Later();
        var engine = await StartEngineAsync(later);
        await engine.DatabaseAsync("OTHER");
        await engine.FireAsync("go", fresh => fresh with { RunAt = Clock.GetUtcNow().AddDays(3) });
        await engine.Control.AddJobAsync(Job("ACME"), Cancelled);
        await engine.Control.AddJobAsync(Job("OTHER"), Cancelled);
        await engine.DrainAsync();
        later.Calls.ShouldBe(["ACME", "OTHER"], ignoreOrder: true);

        clocks.Ahead["ACME"] = TimeSpan.FromDays(3);
        (await travel.FollowClockAsync(Acme, until: null, Cancelled)).Count.ShouldBe(2);
        await engine.DrainAsync();

        World.Effects.ShouldBe(["went"]);
        later.Calls.ShouldBe(["ACME", "OTHER", "ACME"], ignoreOrder: true);
        (await travel.LookAsync(TenantId.Parse("OTHER"), Cancelled)).Later.ShouldBe(1);
    }

    [Fact]
    public async Task Only_what_is_due_by_then_is_brought_forward_and_what_is_at_work_is_left_to_its_worker()
    {
        World.Rule("go", "go", WaitTwoDays);
        var engine = await StartEngineAsync();
        var near = await engine.FireAsync("go");
        await engine.FireAsync("go", fresh => fresh with { RunAt = Clock.GetUtcNow().AddDays(30) }, lead: "lead-2");
        await engine.DrainAsync();
        var held = await engine.Queue.ClaimAsync(await engine.FindAsync(near.Id), Cancelled);

        clocks.Ahead["ACME"] = TimeSpan.FromDays(2);
        (await travel.FollowClockAsync(Acme, clocks.Now("ACME"), Cancelled)).ShouldBeEmpty();
        (await travel.IsBusyAsync(Acme, Cancelled)).ShouldBeTrue();
        (await travel.LookAsync(Acme, Cancelled)).ShouldBe(new Outlook(Clock.GetUtcNow().AddDays(30), Due: 1, Later: 1));
        held!.Dispose();
    }

    private async Task<EngineProcess> StartEngineAsync(IWorkHandler? handler = null)
    {
        var engine = await StartAsync(services: services =>
        {
            services.AddSingleton<ITenantClock>(clocks);
            if (handler is not null)
            {
                services.AddSingleton(handler);
            }
        });
        travel = engine.Get<ITimeTravel>();
        return engine;
    }

    private WorkItem Job(string tenant) => new()
    {
        Id = DocumentId.New(Clock.GetUtcNow()),
        Tenant = tenant,
        Type = "later",
        CreatedAt = Clock.GetUtcNow(),
        RunAt = Clock.GetUtcNow(),
    };

    private sealed class SetClock(FakeTimeProvider clock) : ITenantClock
    {
        public Dictionary<string, TimeSpan> Ahead { get; } = new(StringComparer.Ordinal);

        public DateTimeOffset Now(string tenant) => clock.GetUtcNow() + AheadOf(tenant);

        public TimeSpan AheadOf(string tenant) => Ahead.GetValueOrDefault(tenant);
    }

    private sealed class Later : IWorkHandler
    {
        public string Type => "later";

        public List<string> Calls { get; } = [];

        public Task<WorkOutcome> AdvanceAsync(
            ITenantDatabase database, WorkItem work, Func<JsonElement, Task<bool>> recordEffectAsync, CancellationToken cancellationToken)
        {
            lock (Calls)
            {
                Calls.Add(work.Tenant);
                return Task.FromResult<WorkOutcome>(Calls.Count(one => string.Equals(one, work.Tenant, StringComparison.Ordinal)) > 1 ? new WorkOutcome.Done() : new WorkOutcome.NextAt(work.RunAt.AddDays(2)));
            }
        }
    }
}
