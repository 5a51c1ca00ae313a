using System.Text.Json;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Delivery;
using Ecodrix.Server.Features.Automations;
using Ecodrix.Server.Features.Traces;
using Ecodrix.Server.Features.Traces.Gathering;

namespace Ecodrix.Server.Tests.Traces;

/// <summary>The sentences: each state of the work has its own, and an id leads to what it names.</summary>
public sealed class TraceWordsTests
{
    private const string EventId = "665f00000000000000010000";

    private static readonly DateTimeOffset Now = new(2026, 3, 15, 9, 30, 0, TimeSpan.Zero);

    private static readonly Step Sent = new() { Index = 0, Path = "0", Type = "send_whatsapp", DueAt = Now };

    private static readonly CallbackState Callback = new() { Id = WorkIds.Callback(EventId), Url = "https://site.example/" };

    private static readonly CallbackAttempt Refused = new(Now, 500, 3, "The receiver answered 500.", null);

    [Theory]
    [InlineData(nameof(StepStatus.Completed), "Good: Step 0 of “Hello” (send_whatsapp) was done.")]
    [InlineData(nameof(StepStatus.Failed), "Bad: Step 0 of “Hello” (send_whatsapp) failed.")]
    [InlineData(nameof(StepStatus.Skipped), "Neutral: Step 0 of “Hello” (send_whatsapp) was skipped.")]
    [InlineData(nameof(StepStatus.Cancelled), "Neutral: Step 0 of “Hello” (send_whatsapp) was cancelled.")]
    [InlineData(nameof(StepStatus.Unknown), "Bad: Step 0 of “Hello” (send_whatsapp) was handed over, and nobody knows whether it took effect.")]
    [InlineData(nameof(StepStatus.Running), "Waiting: Step 0 of “Hello” (send_whatsapp) is under way.")]
    [InlineData(nameof(StepStatus.Waiting), "Waiting: Step 0 of “Hello” (send_whatsapp) waits.")]
    [InlineData(nameof(StepStatus.Pending), "Waiting: Step 0 of “Hello” (send_whatsapp) is due at 2026-03-15T09:30:00.000Z.")]
    public void A_step_says_how_it_went(string status, string expected)
    {
        var run = RunOf(Sent with { Status = Enum.Parse<StepStatus>(status) });

        var entry = StepStory.Of(Event(run), run, run.Steps[0], new TraceBudget());

        $"{entry.Tone}: {entry.Title}".ShouldBe(expected);
    }

    [Fact]
    public void A_step_that_is_tried_again_says_when_and_one_behind_another_says_behind_which()
    {
        var run = RunOf(Sent with { Status = StepStatus.Running, RetryAt = Now.AddMinutes(5) }, Sent with { Index = 1 });

        StepStory.Of(Event(run), run, run.Steps[0], new TraceBudget()).Title.ShouldEndWith("is tried again at 2026-03-15T09:35:00.000Z.");
        var behind = StepStory.Of(Event(run), run, run.Steps[1], new TraceBudget());
        behind.Title.ShouldEndWith("comes after step 0.");
        behind.At.ShouldBeNull();
    }

    [Theory]
    [InlineData("whatsapp", "meta", "sent", null, "Good: WhatsApp message was handed to Meta.")]
    [InlineData("whatsapp", "meta", "queued", null, "Waiting: WhatsApp message was queued for Meta.")]
    [InlineData("email", "smtp", "failed", "550", "Bad: Mail was not taken, or not delivered, by the mail server.")]
    [InlineData("email", "smtp", "unknown", "UNKNOWN", "Bad: Mail may or may not have reached the mail server.")]
    [InlineData("meet", "google", "scheduled", null, "Good: Meeting was handed to Google.")]
    public void An_effect_says_whom_it_reached(string channel, string provider, string status, string? code, string expected)
    {
        var effect = new EffectRecord { Id = "e", Channel = channel, Provider = provider, Status = status, CreatedAt = Now, Error = code is null ? null : new EffectError(code, "words") };

        var entry = StepStory.Of(effect, null, null).ShouldHaveSingleItem();

        $"{entry.Tone}: {entry.Title}".ShouldBe(expected);
        entry.Effect!.Error.ShouldBe(code is null ? null : "words");
    }

    [Fact]
    public void A_rule_that_was_not_asked_is_told_by_how_it_stands_now()
    {
        KnownRule[] known =
        [
            new("a", "Later", IsActive: true, Now.AddDays(1), Now.AddDays(1)),
            new("b", "Asleep", IsActive: false, Now.AddDays(-1), Now.AddDays(-1)),
            new("c", "Changed", IsActive: true, Now.AddDays(-1), Now.AddDays(1)),
            new("d", "Odd", IsActive: true, Now.AddDays(-1), Now.AddDays(-1)),
            new("rule", "Hello", IsActive: true, Now.AddDays(-1), Now.AddDays(-1)),
        ];

        var entries = EventStory.Rules(Event(RunOf(Sent)), known).ToList();

        entries.Select(entry => $"{entry.Source} {entry.Rule!.RuleName}: {entry.Rule.Reason}").ShouldBe(
        [
            "Recorded Hello: ",
            "Recomputed Later: it was made later, at 2026-03-16T09:30:00.000Z",
            "Recomputed Asleep: it is not active",
            "Recomputed Changed: it was changed later, at 2026-03-16T09:30:00.000Z, and was not active before, or had another trigger",
            "Recomputed Odd: it was not among the active rules at that time",
        ]);
    }

    [Fact]
    public void The_callback_says_what_it_waits_for()
    {
        WaitOf(Callback).ShouldStartWith("The callback leaves when no run has immediate work any more");
        WaitOf(Callback with { NextAttemptAt = Now }).ShouldBe("The callback is about to be sent.");
        WaitOf(Callback with { NextAttemptAt = Now.AddMinutes(5), Attempts = [Refused] }).ShouldBe("The callback is tried again at 2026-03-15T09:35:00.000Z.");
        WaitOf(Callback with { HeldFor = "its receiver fails." }).ShouldBe("The callback is held: its receiver fails.");
        WaitOf(Callback with { Status = CallbackStatus.Delivered }).ShouldBe("");
    }

    [Fact]
    public void A_job_says_what_it_waits_for()
    {
        var job = Event() with { Event = null, Type = "message", DueAt = Now };

        Only(job).ShouldBe("The job waits for a free worker.");
        Only(job with { HeldFor = "channel whatsapp is paused" }).ShouldBe("The job is held: channel whatsapp is paused.");
        Only(job with { Lease = new Lease("here", "token", Now) }).ShouldBe("A worker is at the job.");
        Only(job with { LastError = "Busy." }).ShouldBe("The job did not succeed and is tried again at 2026-03-15T09:30:00.000Z: Busy.");
        Only(job with { Status = WorkStatus.Completed }).ShouldBe("");
    }

    [Fact]
    public void The_summary_counts_what_was_done_and_says_when_a_person_should_look()
    {
        var run = RunOf(Sent with { Status = StepStatus.Completed, FinishedAt = Now }, Sent with { Index = 1, Status = StepStatus.Failed, FinishedAt = Now }, Sent with { Index = 2 });

        SummaryOf(Event(run) with { Callback = Callback with { Attempts = [Refused] } }).ShouldBe(
            "1 rule started, 0 did not. 1 of 3 steps done, 1 failed, 1 still to come. The callback is not delivered yet (1 attempt).");
        SummaryOf(Event(run with { Attention = true }) with { Callback = Callback with { Status = CallbackStatus.Failed, Attempts = [Refused, Refused] } }).ShouldEndWith(
            "The callback was given up after 2 attempts. A person should look: nobody knows whether a step took effect.");
        SummaryOf(Event()).ShouldBe("0 rules started, 0 did not.");
    }

    [Theory]
    [InlineData(0x0001, nameof(TraceSubject.Run))]
    [InlineData(0x0002, null)]
    [InlineData(0x00FF, nameof(TraceSubject.Callback))]
    [InlineData(0x00FE, null)]
    [InlineData(0x0100, nameof(TraceSubject.Message))]
    [InlineData(0x0101, nameof(TraceSubject.Email))]
    [InlineData(0x0102, nameof(TraceSubject.Meeting))]
    [InlineData(0x0103, nameof(TraceSubject.Callback))]
    [InlineData(0x0104, nameof(TraceSubject.Run))]
    [InlineData(0x0105, null)]
    [InlineData(0x01C8, null)]
    [InlineData(0xFFFF, null)]
    public void A_childs_id_leads_to_what_it_names_and_to_nothing_else(int child, string? kind)
    {
        var run = RunOf([.. new[] { "send_whatsapp", "send_email", "create_meet", "callback", "add_tag" }.Select((type, index) => Sent with { Index = index, Type = type })]);

        var scope = TraceSearch.Within(Event(run) with { Callback = Callback }, Ecodrix.Storage.DocumentId.Child(EventId, child));

        (scope?.Kind.ToString()).ShouldBe(kind);
        (scope?.RunId).ShouldBe(kind is null || child is 0xFF ? null : run.Id);
    }

    [Fact]
    public void A_masked_attempt_signs_the_masked_body_and_a_templates_name_stays()
    {
        using var template = JsonDocument.Parse("""{"name":"booked","language":"en_US","variables":["Asha"]}""");
        var work = Event(RunOf(Sent)) with { Callback = Callback with { Body = """{"eventId":"e","metadata":"Asha"}""", Attempts = [Refused with { SignedAt = Now }] } };
        var effect = new EffectRecord { Id = WorkIds.Step(EventId, 0, 0), Channel = "whatsapp", Provider = "meta", ProviderId = "wamid.x", Status = "sent", CreatedAt = Now, Template = template.RootElement, Text = "Hi Asha" };
        var found = new TraceFindings(new Dictionary<string, EffectRecord>(StringComparer.Ordinal) { [effect.Id] = effect }, new Dictionary<string, WorkItem>(StringComparer.Ordinal), [], []);
        var entries = TraceStory.Of(new TraceScope(EventId, TraceSubject.Event, [work]), found, new TraceBudget());
        var view = new TraceView { Id = EventId, Kind = TraceSubject.Event, Title = "go", Mode = "live", Summary = "", Entries = entries };

        var masked = Ecodrix.Server.Features.Traces.Masking.MaskedTrace.Of(view, Ecodrix.Server.Features.Traces.Masking.Mask.Of(["Asha"])).Entries;

        var signed = masked.Single(entry => entry.Attempt is not null).Attempt!.Signed!;
        signed.LegacySignature.ShouldBe("""{"eventId":"e","metadata":"•••"}""");
        signed.WebhookSignature.ShouldBe($"{Callback.Id}.1773567000.{signed.LegacySignature}");
        var told = masked.Single(entry => entry.Effect is not null).Effect!;
        told.Text.ShouldBe("Hi •••");
        told.ProviderId.ShouldBe("•••");
        told.Template!.Value.GetRawText().ShouldBe("""{"name":"booked","language":"en_US","variables":["•••"]}""");
    }

    private static string WaitOf(CallbackState callback) => Only(Event() with { Callback = callback });

    private static string Only(WorkItem work) => string.Concat(WorkWaits.Of(work, Now).Select(wait => wait.Sentence));

    private static string SummaryOf(WorkItem work) => TraceSummary.Of(new TraceScope(work.Id, TraceSubject.Event, [work]), []);

    private static Run RunOf(params Step[] steps) =>
        new() { Id = WorkIds.Run(EventId, 0), RuleId = "rule", RuleName = "Hello", RuleVersion = 1, StartedAt = Now, Steps = steps };

    private static WorkItem Event(params Run[] runs) => new()
    {
        Id = EventId,
        Tenant = "ACME",
        Type = WorkItem.EventType,
        CreatedAt = Now,
        RunAt = Now,
        Event = new EventState { Trigger = "go", IsMatched = true, Runs = runs },
    };
}
