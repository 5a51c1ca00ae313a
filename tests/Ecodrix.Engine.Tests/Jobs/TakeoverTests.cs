using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Engine.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Ecodrix.Engine.Tests.Jobs;

/// <summary>Two engines over the same databases: they share the work, and one goes on with what the other leaves.</summary>
public sealed class TakeoverTests : EngineTests
{
    private const int Many = 60;

    private readonly Calls toFirst = new();

    [Fact]
    public async Task Two_share_what_falls_due_and_every_effect_happens_once()
    {
        World.Rule("later", "go", """[{"type":"send","delayMinutes":1,"config":{"text":"{{ event.n }}"}}]""");
        var first = await StartAsync(options => options.IsAlone = false);
        var second = await StartBesideAsync(first);
        for (var n = 0; n < Many; n++)
        {
            await (n % 2 == 0 ? first : second).FireAsync("go", Numbered(n), lead: $"lead-{n}");
        }

        await PassAllAsync(TimeSpan.FromMinutes(1));

        World.Effects.Order(StringComparer.Ordinal).ShouldBe(Enumerable.Range(0, Many).Select(n => $"{n}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_a_killed_one_held_the_other_has_taken_over_half_a_minute_later_and_sends_nothing_twice()
    {
        World.Rule("two", "go", """[{"type":"mark","config":{"text":"m{{ event.n }}"}},{"type":"send","delayMinutes":0,"config":{"text":"s{{ event.n }}"}}]""");
        var held = new TaskCompletionSource();
        World.Hold = held.Task;
        var first = await StartAsync(options => options.IsAlone = false);
        var accepted = new List<string>();
        for (var n = 0; n < 10; n++)
        {
            accepted.Add((await first.FireAsync("go", Numbered(n), lead: $"lead-{n}")).Id);
        }

        await World.Entered.Task.WaitAsync(Cancelled);
        await UntilAllSendAsync(first, accepted);

        // It says nothing any more, and whatever it still does is not written.
        first.Death.Now();
        held.SetResult();
        var second = await StartBesideAsync(first);
        await second.DrainAsync();
        (await second.FindAsync(accepted[0])).Lease!.Owner.ShouldBe(first.Queue.Owner, "it may yet live");

        Clock.Advance(TimeSpan.FromSeconds(30));
        await second.DrainAsync();

        World.Effects.Count(text => text.StartsWith('m')).ShouldBe(10);
        World.Effects.Where(text => text.StartsWith('s')).ShouldBeUnique(StringComparer.Ordinal);
        foreach (var id in accepted)
        {
            var run = (await second.FindAsync(id)).Event!.Runs[0];
            (run.Status, run.Steps[1].Status, run.Attention).ShouldBe((RunStatus.Completed, StepStatus.Unknown, true), "nobody knows whether it was sent, so it is not sent again");
        }
    }

    [Fact]
    public async Task One_that_stands_still_past_its_lease_and_goes_on_writes_nothing_and_does_nothing_again()
    {
        World.Rule("three", "go", """[{"type":"mark","config":{"text":"before"}},{"type":"send","config":{"text":"send"}},{"type":"mark","config":{"text":"after"}}]""");
        var held = new TaskCompletionSource();
        World.Hold = held.Task;
        // A process that is stopped sees no time pass; the other one does.
        var stopped = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(Clock.GetUtcNow());
        var first = await StartAsync(options => options.IsAlone = false, services: all => all.AddSingleton<TimeProvider>(stopped));
        var accepted = await first.FireAsync("go");
        await World.Entered.Task.WaitAsync(Cancelled);
        var second = await StartBesideAsync(first);

        Clock.Advance(TimeSpan.FromSeconds(30));
        await second.DrainAsync();
        var taken = await second.FindAsync(accepted.Id);
        (taken.Status, taken.Event!.Runs[0].Steps[1].Status).ShouldBe((WorkStatus.Completed, StepStatus.Unknown));
        World.Effects.ShouldBe(["before", "after"]);

        held.SetResult();
        stopped.Advance(TimeSpan.FromMinutes(1));
        await first.DrainAsync();
        await second.DrainAsync();

        (await second.FindAsync(accepted.Id)).ShouldBeEquivalentTo(taken);
        World.Effects.Count(text => text is "after").ShouldBe(1);
        World.Effects.Count(text => text is "send").ShouldBeLessThanOrEqualTo(1, "what was on its way out when it was stopped leaves, if anything does, once");
    }

    [Fact]
    public async Task One_that_lives_and_is_slow_keeps_its_work()
    {
        World.Rule("slow", "go", """[{"type":"send","config":{"text":"once"}}]""");
        var held = new TaskCompletionSource();
        World.Hold = held.Task;
        var first = await StartAsync(options => options.IsAlone = false);
        var accepted = await first.FireAsync("go");
        await World.Entered.Task.WaitAsync(Cancelled);
        var second = await StartBesideAsync(first);

        for (var turn = 0; turn < 6; turn++)
        {
            Clock.Advance(TimeSpan.FromSeconds(15));
            await first.UnderWay.RenewAsync(Cancelled);
            await second.DrainAsync();
        }

        held.SetResult();
        await first.DrainAsync();
        World.Effects.ShouldBe(["once"]);
        (await second.FindAsync(accepted.Id)).Status.ShouldBe(WorkStatus.Completed);
    }

    [Fact]
    public async Task What_one_accepts_and_cannot_take_the_other_is_told_of_and_what_it_takes_is_its_own_business()
    {
        World.Rule("go", "go", """[{"type":"send","config":{"text":"hi"}}]""");
        var first = await StartAsync(services: services => services.AddSingleton<IOtherProcesses>(toFirst));
        await first.FireAsync("go");
        toFirst.Count.ShouldBe(0);

        var second = await StartBesideAsync(first, options => options.Works = false, services => services.AddSingleton<IOtherProcesses>(toFirst));
        var accepted = await second.FireAsync("go");
        accepted.Lease.ShouldBeNull();
        toFirst.Count.ShouldBe(1);

        first.Control.Wake();
        await first.DrainAsync();
        World.Effects.ShouldBe(["hi", "hi"]);
    }

    private static Func<NewEvent, NewEvent> Numbered(int n) =>
        fresh => fresh with { Variables = System.Text.Json.JsonSerializer.SerializeToElement(new System.Text.Json.Nodes.JsonObject { ["n"] = n }) };

    private static async Task UntilAllSendAsync(EngineProcess engine, IReadOnlyList<string> accepted)
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        for (var turn = 0; ; turn++)
        {
            turn.ShouldBeLessThan(2_000);
            var work = await engine.Queue.Documents.FindManyAsync([.. accepted], Cancelled);
            if (work.All(one => one.Event!.Runs[0].Steps[1].EffectStartedAt is not null))
            {
                return;
            }

            await ticks.WaitForNextTickAsync(Cancelled);
        }
    }

    private sealed class Calls : IOtherProcesses
    {
        private int count;

        public int Count => count;

        public void Wake() => Interlocked.Increment(ref count);
    }
}
