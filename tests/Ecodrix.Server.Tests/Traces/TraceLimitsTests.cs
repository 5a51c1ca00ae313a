using System.Text.Json;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Delivery;
using Ecodrix.Server.Features.Automations;
using Ecodrix.Server.Features.Traces;
using Ecodrix.Server.Features.Traces.Gathering;

namespace Ecodrix.Server.Tests.Traces;

/// <summary>However much there is to tell, the answer has an end, and says what it leaves out.</summary>
public sealed class TraceLimitsTests
{
    private const string EventId = "665f00000000000000010000";

    private static readonly DateTimeOffset Now = new(2026, 3, 15, 9, 30, 0, TimeSpan.Zero);

    [Fact]
    public void Ten_thousand_steps_are_told_from_both_ends()
    {
        var work = Event();
        var runs = Enumerable.Range(0, WorkIds.MaxRuns).Select(run => RunOf(run, WorkIds.MaxSteps)).ToList();
        work = work with { Event = work.Event! with { Runs = runs } };

        var (entries, left) = Tell(work);

        entries.Count.ShouldBe(TraceLimits.Entries);
        entries[0].Kind.ShouldBe(TraceEntryKind.Accepted);
        entries[^1].At.ShouldBe(entries.Max(entry => entry.At));
        left.ShouldHaveSingleItem().ShouldBe("9651 entries in the middle are left out: ask for one run or one event by its id.");
    }

    [Fact]
    public void The_bytes_of_many_attempts_are_told_as_far_as_they_fit()
    {
        var attempts = Enumerable.Range(0, 100).Select(number => new CallbackAttempt(Now.AddMinutes(number), 500, 3, "The receiver answered 500.", new string('x', 4_096)) { SignedAt = Now });
        var work = Event() with
        {
            Callback = new CallbackState { Id = WorkIds.Callback(EventId), Url = "https://site.example/", Body = new string('b', 64 * 1024), Attempts = [.. attempts] },
        };

        var (entries, left) = Tell(work);

        var told = entries.Where(entry => entry.Attempt is not null).ToList();
        told.Count.ShouldBe(TraceLimits.Attempts);
        told[^1].Attempt!.Number.ShouldBe(100);
        told[0].Attempt!.Signed!.WebhookTimestamp.ShouldBe("1773567000");
        entries.Sum(entry => (entry.Callback?.Body?.Length ?? 0) + (entry.Attempt?.Signed?.WebhookSignature?.Length ?? 0) + (entry.Attempt?.Signed?.LegacySignature?.Length ?? 0))
            .ShouldBeInRange(TraceLimits.Bodies - (65 * 1024), TraceLimits.Bodies);
        left.Count.ShouldBe(2);
        left.ShouldContain(sentence => sentence.StartsWith("The first 80 of 100 attempts", StringComparison.Ordinal));
        left.ShouldContain(sentence => sentence.StartsWith("The bytes of callback", StringComparison.Ordinal));
    }

    [Fact]
    public void A_large_payload_is_left_out_and_a_long_text_is_cut_between_characters()
    {
        using var large = JsonDocument.Parse($"{{\"x\":\"{new string('v', 100_000)}\"}}");
        var work = Event(RunOf(0, 1));
        work = work with { Event = work.Event! with { Variables = large.RootElement } };
        var effect = new EffectRecord { Id = WorkIds.Step(EventId, 0, 0), Channel = "email", Provider = "smtp", Status = "sent", CreatedAt = Now, Text = string.Concat(Enumerable.Repeat("😀", 10_000)) };

        var (entries, left) = Tell(work, effect);

        entries[0].Event!.Variables.ShouldBeNull();
        left.ShouldHaveSingleItem().ShouldStartWith($"The variables of event {EventId} are too large");
        var text = entries.Single(entry => entry.Effect is not null).Effect!.Text!;
        text.ShouldEndWith("😀… (3616 more characters are left out)");
    }

    [Fact]
    public void What_a_provider_tells_in_whole_seconds_does_not_come_before_its_cause()
    {
        var sent = Now.AddMilliseconds(700);
        var effect = new EffectRecord
        {
            Id = WorkIds.Step(EventId, 0, 0),
            Channel = "whatsapp",
            Provider = "meta",
            Status = "delivered",
            CreatedAt = sent,
            Times = [new EffectTime("delivered", Now)],
        };
        var run = RunOf(0, 1);

        var (entries, _) = Tell(Event(run with { Steps = [run.Steps[0] with { StartedAt = sent }] }), effect);

        var kinds = entries.Select(entry => entry.Kind).ToList();
        kinds.IndexOf(TraceEntryKind.EffectStatus).ShouldBeGreaterThan(kinds.IndexOf(TraceEntryKind.Effect));
        entries.Single(entry => entry.Kind is TraceEntryKind.EffectStatus).At.ShouldBe(Now);
    }

    private static (IReadOnlyList<TraceEntry> Entries, IReadOnlyList<string> LeftOut) Tell(WorkItem work, params EffectRecord[] effects)
    {
        var budget = new TraceBudget();
        var found = new TraceFindings(
            effects.ToDictionary(effect => effect.Id, StringComparer.Ordinal), new Dictionary<string, WorkItem>(StringComparer.Ordinal), Array.Empty<KnownRule>(), []);
        return (TraceStory.Of(new TraceScope(work.Id, TraceSubject.Event, [work]), found, budget), budget.LeftOut);
    }

    private static WorkItem Event(params Run[] runs) => new()
    {
        Id = EventId,
        Tenant = "ACME",
        Type = WorkItem.EventType,
        CreatedAt = Now,
        RunAt = Now,
        Event = new EventState { Trigger = "go", IsMatched = true, Runs = runs },
    };

    private static Run RunOf(int number, int steps) => new()
    {
        Id = WorkIds.Run(EventId, number),
        RuleId = $"rule {number}",
        RuleName = $"Rule {number}",
        RuleVersion = 1,
        StartedAt = Now,
        Steps = [.. Enumerable.Range(0, steps).Select(step => new Step { Index = step, Path = $"{step}", Type = "send_email", StartedAt = Now.AddSeconds(step), FinishedAt = Now.AddSeconds(step), Status = StepStatus.Completed })],
    };
}
