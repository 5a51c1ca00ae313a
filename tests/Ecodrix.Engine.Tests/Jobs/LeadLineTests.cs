using Ecodrix.Engine.Runs;
using Ecodrix.Engine.Tests.Hosting;
using Ecodrix.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.Engine.Tests.Jobs;

/// <summary>Several engines over the same databases: what happens to one lead begins in the order accepted, whoever works on it.</summary>
public sealed class LeadLineTests : EngineTests
{
    private readonly TaskCompletionSource held = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private EngineProcess first = null!;
    private EngineProcess second = null!;

    [Fact]
    public async Task What_one_accepts_waits_for_what_the_other_is_at()
    {
        await StartHeldAsync();
        await second.FireAsync("go", Text("b"));
        await second.DrainAsync();
        await second.PassAsync(TimeSpan.FromSeconds(1));
        World.Effects.ShouldBeEmpty();

        await LetGoAsync();
        await PassAllAsync(TimeSpan.FromSeconds(1));

        World.Effects.ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task Another_lead_does_not_wait()
    {
        await StartHeldAsync();
        World.Hold = Task.CompletedTask;

        await second.FireAsync("go", Text("b"), lead: "lead-2");
        await second.DrainAsync();

        World.Effects.ShouldBe(["b"]);
        await LetGoAsync();
    }

    [Fact]
    public async Task Another_tenants_lead_of_the_same_id_does_not_wait()
    {
        await StartHeldAsync();
        World.Hold = Task.CompletedTask;
        var other = await second.DatabaseAsync("OTHER");

        await second.FireAsync("go", fresh => Text("b")(fresh) with { Database = other });
        await second.DrainAsync();

        World.Effects.ShouldBe(["b"]);
        await LetGoAsync();
    }

    [Fact]
    public async Task Many_of_one_lead_that_come_to_either_begin_in_the_order_accepted()
    {
        World.Rule("send", "go", """[{"type":"send","config":{"text":"{{ event.text }}"}}]""");
        first = await StartAsync(options => options.IsAlone = false);
        second = await StartBesideAsync(first);
        var texts = Enumerable.Range(0, 40).Select(n => $"{n:d2}").ToList();
        for (var n = 0; n < texts.Count; n++)
        {
            await (n % 3 == 0 ? first : second).FireAsync("go", Text(texts[n]));
        }

        await PassAMinuteAsync();

        World.Effects.ShouldBe(texts);
    }

    [Fact]
    public async Task The_order_is_that_of_the_accepts_where_two_machines_clocks_differ()
    {
        var late = new FakeTimeProvider(Clock.GetUtcNow() - TimeSpan.FromSeconds(3));
        await StartHeldAsync(late);

        // By its own clock, and by its id, it came before.
        await second.FireAsync("go", fresh => Text("b")(fresh) with { Id = DocumentId.New(late.GetUtcNow()) });
        await second.DrainAsync();
        World.Effects.ShouldBeEmpty();

        await LetGoAsync();
        late.Advance(TimeSpan.FromSeconds(5));
        Clock.Advance(TimeSpan.FromSeconds(5));
        await DrainAllAsync();
        World.Effects.ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task What_a_killed_one_was_at_is_taken_over_first_when_its_lease_has_ended()
    {
        await StartHeldAsync();
        first.Death.Now();
        held.SetResult();
        var taken = (await second.FireAsync("go", Text("b"))).Id;
        for (var turn = 0; turn < 23; turn++)
        {
            await second.PassAsync(TimeSpan.FromSeconds(1));
        }

        World.Effects.ShouldBeEmpty("nobody knows yet that the first is dead");
        for (var turn = 0; turn < 4; turn++)
        {
            await second.PassAsync(TimeSpan.FromSeconds(1));
        }

        World.Effects.ShouldBe(["b"]);
        var dead = await second.FindAsync(accepted);
        var done = await second.FindAsync(taken);
        dead.Event!.Runs[0].Steps[0].Status.ShouldBe(StepStatus.Unknown, "it was under way when its process died, and is never sent blindly again");
        dead.Event.Runs[0].FinishedAt.ShouldNotBeNull().ShouldBeLessThanOrEqualTo(done.Event!.Runs[0].FinishedAt!.Value);
    }

    [Fact]
    public async Task What_waits_for_a_time_holds_nobody()
    {
        World.Rule("later", "wait", """[{"type":"wait","config":{"minutes":5}},{"type":"send","config":{"text":"late"}}]""");
        World.Rule("send", "go", """[{"type":"send","config":{"text":"{{ event.text }}"}}]""");
        first = await StartAsync(options => options.IsAlone = false);
        second = await StartBesideAsync(first);
        var waiting = await first.FireAsync("wait");
        await first.DrainAsync();

        await second.FireAsync("go", Text("b"));
        await second.DrainAsync();

        World.Effects.ShouldBe(["b"]);
        (await first.FindAsync(waiting.Id)).InLine.ShouldBeNull();
    }

    [Fact]
    public async Task A_slow_receiver_of_a_callback_holds_nobody()
    {
        World.Rule("send", "go", """[{"type":"send","config":{"text":"{{ event.text }}"}}]""");
        var delivering = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        World.OnCallback = callback =>
        {
            delivering.TrySetResult();
            held.Task.Wait(Cancelled);
            return callback with { Status = CallbackStatus.Delivered, NextAttemptAt = null };
        };
        first = await StartAsync(options => options.IsAlone = false);
        second = await StartBesideAsync(first);
        await first.FireAsync("go", fresh => EngineProcess.WithCallback(Text("a")(fresh)));
        await delivering.Task.WaitAsync(Cancelled);

        await second.FireAsync("go", Text("b"));
        await second.DrainAsync();

        World.Effects.ShouldBe(["a", "b"]);
        held.SetResult();
        await first.DrainAsync();
    }

    [Fact]
    public async Task One_that_only_accepts_gives_places_too()
    {
        await StartHeldAsync();
        var accepting = await StartBesideAsync(first, options => options.Works = false);
        await accepting.FireAsync("go", Text("b"));
        await second.FireAsync("go", Text("c"));
        await second.PassAsync(TimeSpan.FromSeconds(1));
        World.Effects.ShouldBeEmpty();

        await LetGoAsync();
        await PassAMinuteAsync();

        World.Effects.ShouldBe(["a", "b", "c"]);
    }

    [Fact]
    public async Task An_engine_that_is_alone_keeps_no_lines()
    {
        World.Rule("send", "go", """[{"type":"send","config":{"text":"{{ event.text }}"}}]""");
        first = await StartAsync();

        var fired = await first.FireAsync("go", Text("a"));
        await first.DrainAsync();

        (fired.InLine, fired.LineNumber).ShouldBe((null, 0));
    }

    private string accepted = "";

    /// <summary>Two engines, of which the first is in the middle of sending <c>a</c>.</summary>
    private async Task StartHeldAsync(TimeProvider? clockOfSecond = null)
    {
        World.Rule("send", "go", """[{"type":"send","config":{"text":"{{ event.text }}"}}]""");
        World.Hold = held.Task;
        first = await StartAsync(options => options.IsAlone = false);
        second = await StartBesideAsync(first, services: all =>
        {
            if (clockOfSecond is not null)
            {
                all.AddSingleton(clockOfSecond);
            }
        });
        accepted = (await first.FireAsync("go", Text("a"))).Id;
        await World.Entered.Task.WaitAsync(Cancelled);
    }

    private async Task LetGoAsync()
    {
        held.SetResult();
        await first.DrainAsync();
    }

    private async Task PassAMinuteAsync()
    {
        for (var turn = 0; turn < 60; turn++)
        {
            await PassAllAsync(TimeSpan.FromSeconds(1));
        }
    }

    private static Func<NewEvent, NewEvent> Text(string text) =>
        fresh => fresh with { Variables = System.Text.Json.JsonSerializer.SerializeToElement(new System.Text.Json.Nodes.JsonObject { ["text"] = text }) };
}
