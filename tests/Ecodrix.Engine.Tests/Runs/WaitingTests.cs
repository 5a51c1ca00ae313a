using System.Text.Json;
using System.Text.Json.Nodes;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Engine.Steps;
using Ecodrix.Engine.Tests.Hosting;

namespace Ecodrix.Engine.Tests.Runs;

public sealed class WaitingTests : EngineTests
{
    private const string AskAndWait = """
        [{"type":"send","config":{"text":"asked"}},
         {"type":"wait_for","name":"reply","config":{"trigger":"answered","timeoutMinutes":60,"match":"data.no","condition":{"field":"data.word","operator":"neq","value":"spam"}}},
         {"type":"send","config":{"text":"{{ resolved.reply.received }} {{ resolved.reply.event.data.word }}"}}]
        """;

    [Fact]
    public async Task A_run_goes_on_when_the_awaited_event_comes_and_both_agree()
    {
        World.Rule("ask", "asked", AskAndWait);
        var engine = await StartAsync();
        var asked = await engine.FireAsync("asked", data: """{"no":1}""");
        await engine.DrainAsync();

        await engine.FireAsync("answered", data: """{"no":2,"word":"other"}""");
        await engine.FireAsync("answered", data: """{"no":1,"word":"spam"}""");
        await engine.FireAsync("answered", lead: "lead-2", data: """{"no":1,"word":"stranger"}""");
        await engine.DrainAsync();
        World.Effects.ShouldBe(["asked"]);
        (await engine.FindAsync(asked.Id)).Event!.Runs[0].Status.ShouldBe(RunStatus.Waiting);

        await engine.FireAsync("answered", data: """{"no":1,"word":"yes"}""");
        await engine.DrainAsync();
        World.Effects.ShouldBe(["asked", "true yes"]);
        (await engine.Services.Documents<LeadWait>().CountAsync(null, 10, Cancelled)).ShouldBeLessThanOrEqualTo(1);
    }

    [Fact]
    public async Task An_event_that_was_there_when_the_wait_begins_counts()
    {
        World.Rule("ask", "asked", """
            [{"type":"wait_for","delayMinutes":10,"name":"reply","config":{"trigger":"answered","timeoutMinutes":60}},
             {"type":"send","config":{"text":"{{ resolved.reply.received }}"}}]
            """);
        var engine = await StartAsync();
        await engine.FireAsync("answered");
        await engine.PassAsync(TimeSpan.FromMinutes(1));
        await engine.FireAsync("asked");
        await engine.PassAsync(TimeSpan.FromMinutes(5));
        await engine.FireAsync("answered");

        await engine.PassAsync(TimeSpan.FromMinutes(5));
        World.Effects.ShouldBe(["true"]);
    }

    [Fact]
    public async Task An_event_from_before_the_run_does_not_count()
    {
        World.Rule("ask", "asked", """[{"type":"wait_for","config":{"trigger":"answered","timeoutMinutes":60}},{"type":"send","config":{"text":"on"}}]""");
        var engine = await StartAsync();
        await engine.FireAsync("answered");
        await engine.PassAsync(TimeSpan.FromMinutes(1));

        await engine.FireAsync("asked");
        await engine.DrainAsync();

        World.Effects.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("continue", new[] { "false" })]
    [InlineData("stop", new string[0])]
    public async Task When_the_time_is_up_the_run_goes_on_or_ends(string onTimeout, string[] effects)
    {
        World.Rule("ask", "asked", $$$"""
            [{"type":"wait_for","name":"reply","config":{"trigger":"answered","timeoutMinutes":60,"onTimeout":"{{{onTimeout}}}"}},
             {"type":"send","config":{"text":"{{ resolved.reply.received }}"}}]
            """);
        var engine = await StartAsync();
        var asked = await engine.FireAsync("asked");

        await engine.PassAsync(TimeSpan.FromMinutes(61));

        World.Effects.ShouldBe(effects);
        (await engine.FindAsync(asked.Id)).Event!.Runs[0].Status.ShouldBe(RunStatus.Completed);
    }

    [Fact]
    public async Task One_event_wakes_only_the_first_of_two_waits_of_a_run()
    {
        World.Rule("ask", "asked", """
            [{"type":"wait_for","config":{"trigger":"answered","timeoutMinutes":60}},{"type":"mark","config":{"text":"one"}},
             {"type":"wait_for","config":{"trigger":"answered","timeoutMinutes":60}},{"type":"mark","config":{"text":"two"}}]
            """);
        var engine = await StartAsync();
        await engine.FireAsync("asked");
        await engine.DrainAsync();

        await engine.FireAsync("answered");
        await engine.DrainAsync();
        World.Effects.ShouldBe(["one"]);

        await engine.FireAsync("answered");
        await engine.DrainAsync();
        World.Effects.ShouldBe(["one", "two"]);
    }

    [Fact]
    public async Task A_lead_is_in_a_sequence_at_most_once_at_a_time()
    {
        World.Rule("course", "joined", """[{"type":"send","delayMinutes":1,"config":{"text":"lesson"}}]""", isSequence: true);
        var engine = await StartAsync();

        var accepted = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => engine.FireAsync("joined")));
        accepted.Sum(work => work.Event!.Runs.Count).ShouldBe(1);
        accepted.SelectMany(work => work.Event!.Skipped).Select(skipped => skipped.Reason).Distinct(StringComparer.Ordinal).ShouldBe(["already in this sequence"]);

        await engine.PassAsync(TimeSpan.FromMinutes(1));
        World.Effects.ShouldBe(["lesson"]);
        (await engine.FireAsync("joined")).Event!.Runs.Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_callback_leaves_while_a_run_waits_and_the_run_lives_on()
    {
        World.Rule("later", "asked", """[{"type":"send","config":{"text":"now"}},{"type":"wait","config":{"minutes":120}},{"type":"send","config":{"text":"later"}}]""");
        var engine = await StartAsync();

        var asked = await engine.FireAsync("asked", EngineProcess.WithCallback);
        await engine.DrainAsync();
        World.Callbacks.ShouldHaveSingleItem().Body.ShouldStartWith("Completed Waiting ");

        await engine.PassAsync(TimeSpan.FromHours(2));
        World.Effects.ShouldBe(["now", "later"]);
        World.Callbacks.Count.ShouldBe(1);
        (await engine.FindAsync(asked.Id)).Status.ShouldBe(WorkStatus.Completed);
    }

    [Fact]
    public async Task The_callback_waits_for_back_off_at_most_fifteen_minutes()
    {
        World.Rule("refused", "asked", """[{"type":"send","config":{"text":"x"}}]""");
        World.OnSend = _ => new StepOutcome.TryLater("limited", Clock.GetUtcNow().AddHours(1), CountsAsAttempt: false);
        var engine = await StartAsync();
        await engine.FireAsync("asked", EngineProcess.WithCallback);

        await engine.PassAsync(TimeSpan.FromMinutes(14.9));
        World.Callbacks.ShouldBeEmpty();
        await engine.PassAsync(TimeSpan.FromMinutes(0.2));
        World.Callbacks.ShouldHaveSingleItem().Body.ShouldStartWith("Completed Running ");
    }

    [Fact]
    public async Task A_step_that_uses_the_prelude_waits_for_it_and_others_do_not()
    {
        World.Rule("link", "asked", """[{"type":"send","config":{"text":"at {{ event.meetLink }}"}}]""");
        World.Rule("plain", "asked", """[{"type":"send","config":{"text":"plain"}}]""");
        var refused = false;
        World.OnSend = context => context.Config["text"]!.GetValue<string>() is not "link" ? new StepOutcome.Done()
            : refused ? new StepOutcome.Done(new JsonObject { ["meetLink"] = "https://meet" })
            : Refuse();
        var engine = await StartAsync();
        await engine.FireAsync("asked", fresh => fresh with
        {
            Prelude = new Prelude
            {
                Step = new Step { Index = 0, Path = "prelude", Type = "send" },
                Config = JsonDocument.Parse("""{"text":"link"}""").RootElement,
                Provides = ["meetLink"],
            },
        });
        await engine.DrainAsync();
        World.Effects.ShouldBe(["plain"]);

        await engine.PassAsync(TimeSpan.FromSeconds(7));
        World.Effects.ShouldBe(["plain", "link", "at https://meet"]);

        StepOutcome Refuse()
        {
            refused = true;
            return new StepOutcome.TryLater("busy");
        }
    }

    [Fact]
    public async Task What_comes_too_late_is_skipped_as_expired()
    {
        World.Rule("soon", "asked", """[{"type":"send","expiresAfterMinutes":10,"config":{"text":"stale"}}]""");
        var first = await StartAsync(options => options.Works = false);
        var asked = await first.FireAsync("asked");
        first.Kill();
        Clock.Advance(TimeSpan.FromMinutes(11));

        var second = await StartAsync();
        await second.DrainAsync();

        World.Effects.ShouldBeEmpty();
        var step = (await second.FindAsync(asked.Id)).Event!.Runs[0].Steps[0];
        (step.Status, step.LastError).ShouldBe((StepStatus.Skipped, "expired"));
    }
}
