using CsCheck;
using Ecodrix.Channels.Meet;
using Ecodrix.Loopback;
using Microsoft.Extensions.DependencyInjection;

namespace Ecodrix.Channels.Tests.Meet;

public sealed class GoogleCalendarTests : IAsyncLifetime
{
    private readonly SkippingClock _clock = new(new MeetOptions().PendingInterval);
    private LoopbackGoogle _google = null!;
    private Channels _channels = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private GoogleAccount Account => new(_google.ClientId, _google.ClientSecret, _google.RefreshToken);

    private GoogleCalendar Calendar => _channels.Get<GoogleCalendar>();

    public async ValueTask InitializeAsync()
    {
        _google = await LoopbackGoogle.StartAsync();
        _channels = Channels.Private(services =>
        {
            services.AddSingleton<TimeProvider>(_clock);
            services.Configure<MeetOptions>(options =>
            {
                options.BaseUrl = _google.BaseUrl;
                options.OAuthUrl = _google.BaseUrl;
            });
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _channels.DisposeAsync();
        await _google.DisposeAsync();
    }

    [Fact]
    public async Task A_meeting_has_its_link_its_attendee_and_our_own_id()
    {
        var made = (await Calendar.InsertAsync(Account, Meeting("run1:0"), Cancelled)).ShouldBeOfType<MeetingCreated>();

        var stored = _google.Events.Single();
        made.EventId.ShouldBe(MeetingRequest.EventIdOf("run1:0"));
        made.MeetLink.ShouldBe(stored.MeetLink);
        made.HtmlLink.ShouldNotBeNull();
        stored.Attendees.ShouldBe(["asha@example.com"]);
        stored.SendUpdates.ShouldBe("all");
        stored.Body.GetProperty("start").GetProperty("timeZone").GetString().ShouldBe("Asia/Kolkata");
    }

    [Fact]
    public async Task The_same_effect_asked_for_again_finds_the_first_event()
    {
        var first = await Calendar.InsertAsync(Account, Meeting("k"), Cancelled);
        var second = await Calendar.InsertAsync(Account, Meeting("k"), Cancelled);

        second.ShouldBe(first);
        _google.Events.Count.ShouldBe(1);
        _google.Inserts.ShouldBe(2);
    }

    [Fact]
    public async Task An_insert_whose_answer_was_lost_may_be_repeated_and_makes_one_event()
    {
        await Calendar.ProbeAsync(Account, Cancelled);
        _google.Script.HangUp();

        (await Calendar.InsertAsync(Account, Meeting("k"), Cancelled)).ShouldBeOfType<DeliveryResult.TryLater>();
        (await Calendar.InsertAsync(Account, Meeting("k"), Cancelled)).ShouldBeOfType<MeetingCreated>();
        _google.Events.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_conference_that_is_being_made_is_waited_for()
    {
        _google.PendingAnswers = 3;

        (await Calendar.InsertAsync(Account, Meeting("k"), Cancelled)).ShouldBeOfType<MeetingCreated>().MeetLink.ShouldStartWith("https://meet.google.com/");
    }

    [Fact]
    public async Task A_conference_that_takes_too_long_is_left_for_later_and_found_then()
    {
        _google.PendingAnswers = 20;

        (await Calendar.InsertAsync(Account, Meeting("k"), Cancelled)).ShouldBeOfType<DeliveryResult.TryLater>().CountsAsAttempt.ShouldBeFalse();
        (await Calendar.InsertAsync(Account, Meeting("k"), Cancelled)).ShouldBeOfType<MeetingCreated>();
    }

    [Fact]
    public async Task Twenty_meetings_at_once_refresh_the_token_once()
    {
        var inserts = await Task.WhenAll(Enumerable.Range(0, 20).Select(at => Calendar.InsertAsync(Account, Meeting($"k{at}"), Cancelled)));

        inserts.ShouldAllBe(result => result is MeetingCreated);
        _google.Refreshes.ShouldBe(1);
    }

    [Fact]
    public async Task A_token_is_refreshed_five_minutes_before_its_end()
    {
        await Calendar.InsertAsync(Account, Meeting("a"), Cancelled);

        _clock.Advance(TimeSpan.FromSeconds(3599 - 301));
        await Calendar.InsertAsync(Account, Meeting("b"), Cancelled);
        _google.Refreshes.ShouldBe(1);

        _clock.Advance(TimeSpan.FromSeconds(2));
        await Calendar.InsertAsync(Account, Meeting("c"), Cancelled);
        _google.Refreshes.ShouldBe(2);
    }

    [Fact]
    public async Task A_token_that_died_early_is_replaced_once()
    {
        await Calendar.InsertAsync(Account, Meeting("a"), Cancelled);
        _google.ForgetAccessTokens();

        (await Calendar.InsertAsync(Account, Meeting("b"), Cancelled)).ShouldBeOfType<MeetingCreated>();
        _google.Refreshes.ShouldBe(2);
    }

    [Fact]
    public async Task A_withdrawn_permission_stops_the_account_and_says_so()
    {
        _google.IsRevoked = true;

        var refused = (await Calendar.InsertAsync(Account, Meeting("k"), Cancelled)).ShouldBeOfType<DeliveryResult.Refused>();

        refused.Code.ShouldBe("invalid_grant");
        refused.Reach.ShouldBe(RefusalReach.Account);
        refused.Hint.ShouldNotBeNull().ShouldContain("connect");
    }

    [Theory]
    [InlineData(403, "rateLimitExceeded", false)]
    [InlineData(403, "userRateLimitExceeded", false)]
    [InlineData(403, "quotaExceeded", false)]
    [InlineData(403, "calendarUsageLimitsExceeded", false)]
    [InlineData(429, "rateLimitExceeded", false)]
    [InlineData(500, "backendError", true)]
    public async Task A_reason_that_passes_may_go_again(int status, string reason, bool counts)
    {
        _google.Script.Answer(status, GoogleRules.Error(status, reason, "Words").ToJsonString());

        var later = (await Calendar.InsertAsync(Account, Meeting("k"), Cancelled)).ShouldBeOfType<DeliveryResult.TryLater>();

        later.Code.ShouldBe(reason);
        later.CountsAsAttempt.ShouldBe(counts);
    }

    [Fact]
    public async Task Retry_After_is_honoured()
    {
        _google.Script.Answer(503, "{}", ("Retry-After", "120"));

        var later = (await Calendar.InsertAsync(Account, Meeting("k"), Cancelled)).ShouldBeOfType<DeliveryResult.TryLater>();

        later.NotBefore.ShouldBe(_clock.GetUtcNow().AddMinutes(2));
    }

    [Theory]
    [InlineData(400, "invalid", RefusalReach.Message)]
    [InlineData(403, "forbiddenForNonOrganizer", RefusalReach.Account)]
    public async Task Any_other_reason_is_final(int status, string reason, RefusalReach reach)
    {
        _google.Script.Answer(status, GoogleRules.Error(status, reason, "Words").ToJsonString());

        var refused = (await Calendar.InsertAsync(Account, Meeting("k"), Cancelled)).ShouldBeOfType<DeliveryResult.Refused>();

        refused.Code.ShouldBe(reason);
        refused.Why.ShouldBe("Words");
        refused.Reach.ShouldBe(reach);
    }

    [Fact]
    public async Task An_empty_time_range_is_refused_by_the_calendar()
    {
        var meeting = Meeting("k") with { End = Meeting("k").Start };

        (await Calendar.InsertAsync(Account, meeting, Cancelled)).ShouldBeOfType<DeliveryResult.Refused>().Code.ShouldBe("timeRangeEmpty");
    }

    [Fact]
    public async Task An_event_that_was_deleted_since_is_not_taken_for_made()
    {
        await Calendar.InsertAsync(Account, Meeting("k"), Cancelled);
        _google.Events.Single().Status = "cancelled";

        (await Calendar.InsertAsync(Account, Meeting("k"), Cancelled)).ShouldBeOfType<DeliveryResult.Refused>().Code.ShouldBe("EVENT_CANCELLED");
    }

    [Fact]
    public void Event_ids_are_base32hex_and_differ_with_the_key() =>
        Gen.Select(Gen.String, Gen.String).Sample((one, other) =>
        {
            MeetingRequest.EventIdOf(one).ShouldMatch("^[a-v0-9]{32}$");
            MeetingRequest.EventIdOf(one).Equals(MeetingRequest.EventIdOf(other), StringComparison.Ordinal).ShouldBe(one.Equals(other, StringComparison.Ordinal));
        });

    private static MeetingRequest Meeting(string key)
    {
        var start = new DateTimeOffset(2026, 3, 16, 10, 0, 0, TimeSpan.FromHours(5.5));
        return new MeetingRequest(key, "Consultation", start, start.AddMinutes(30), "Asia/Kolkata") { Attendees = ["asha@example.com"] };
    }
}
