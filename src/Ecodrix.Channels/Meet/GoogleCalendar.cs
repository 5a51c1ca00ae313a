using System.Net;
using Ecodrix.Channels.Guarding;
using Microsoft.Extensions.Options;

namespace Ecodrix.Channels.Meet;

/// <summary>Puts meetings with a conference into a Google calendar.</summary>
/// <remarks>
/// An insert carries our own event id, so it may be repeated: Google answers the second with 409, and the first is read. An insert
/// whose answer was lost is therefore answered as later, never as unknown.
/// </remarks>
public sealed class GoogleCalendar
{
    private const int LargestAnswer = 1024 * 1024;

    private readonly GuardedHttp _http;
    private readonly MeetOptions _options;
    private readonly TimeProvider _clock;
    private readonly GoogleTokens _tokens;

    public GoogleCalendar(GuardedHttp http, IOptions<MeetOptions> options, TimeProvider clock)
    {
        _http = http;
        _options = options.Value;
        _clock = clock;
        _tokens = new GoogleTokens(http, options, clock);
    }

    /// <summary>Makes the event, or finds it when it was made before; <see cref="MeetingCreated"/> when its link stands.</summary>
    /// <returns>Later, too, while Google is still making the conference: the same request then finds it.</returns>
    public Task<DeliveryResult> InsertAsync(GoogleAccount account, MeetingRequest meeting, CancellationToken cancellationToken) =>
        OrStoppedAsync(() => TryInsertAsync(account, meeting, cancellationToken));

    /// <summary>Reads an event of ours, waiting a little for its conference.</summary>
    public Task<DeliveryResult> GetAsync(GoogleAccount account, string eventId, CancellationToken cancellationToken) =>
        OrStoppedAsync(() => TryGetAsync(account, eventId, cancellationToken));

    /// <summary>Gets a token and nothing else. Null when all is well.</summary>
    public async Task<DeliveryResult?> ProbeAsync(GoogleAccount account, CancellationToken cancellationToken) =>
        (await _tokens.GetAsync(account, cancellationToken)).Problem;

    private ExchangeLimits Limits => new(_options.Timeout, LargestAnswer);

    /// <summary>Stopping while something is waited for is an answer too: whatever was sent may be sent again.</summary>
    private async Task<DeliveryResult> OrStoppedAsync(Func<Task<DeliveryResult>> work)
    {
        using var call = ChannelsTelemetry.Called("google", _clock);
        try
        {
            return call.Came(await work());
        }
        catch (OperationCanceledException)
        {
            return call.Came(new DeliveryResult.TryLater("Stopped while waiting for Google.") { CountsAsAttempt = false });
        }
    }

    private async Task<DeliveryResult> TryInsertAsync(GoogleAccount account, MeetingRequest meeting, CancellationToken cancellationToken)
    {
        var updates = meeting.Attendees.Count > 0 ? "all" : "none";
        var url = new Uri($"{_options.Events(account.CalendarId)}?conferenceDataVersion=1&sendUpdates={updates}");
        var body = TypedBody.Json(CalendarWire.Write(meeting));

        var (answered, problem) = await CallAsync(
            account, authorise => _http.PostAsync(url, body, authorise, Limits, cancellationToken), cancellationToken);
        if (answered is null)
        {
            return problem!;
        }

        if (answered.Status is HttpStatusCode.Conflict)
        {
            return await TryGetAsync(account, meeting.EventId, cancellationToken);
        }

        return answered.IsSuccess
            ? await UntilSettledAsync(account, answered, meeting.EventId, cancellationToken)
            : GoogleAnswers.Decide(answered, _clock.GetUtcNow());
    }

    private async Task<DeliveryResult> TryGetAsync(GoogleAccount account, string eventId, CancellationToken cancellationToken)
    {
        var (answered, problem) = await ReadAsync(account, eventId, cancellationToken);
        if (answered is null)
        {
            return problem!;
        }

        return answered.IsSuccess
            ? await UntilSettledAsync(account, answered, eventId, cancellationToken)
            : GoogleAnswers.Decide(answered, _clock.GetUtcNow());
    }

    private Task<(Exchange.Answered? Answered, DeliveryResult? Problem)> ReadAsync(GoogleAccount account, string eventId, CancellationToken cancellationToken)
    {
        var url = new Uri($"{_options.Events(account.CalendarId)}/{Uri.EscapeDataString(eventId)}");
        return CallAsync(account, authorise => _http.GetAsync(url, authorise, Limits, cancellationToken), cancellationToken);
    }

    private async Task<DeliveryResult> UntilSettledAsync(GoogleAccount account, Exchange.Answered answered, string eventId, CancellationToken cancellationToken)
    {
        var giveUpAt = _clock.GetUtcNow() + _options.PendingFor;
        while (true)
        {
            if (answered.BodyProblem is not null || CalendarWire.Read(answered.Body) is not { } found)
            {
                return new DeliveryResult.TryLater("Google's answer was not a readable event.");
            }

            if (Settled(found) is { } settled)
            {
                return settled;
            }

            if (_clock.GetUtcNow() >= giveUpAt)
            {
                return new DeliveryResult.TryLater("Google is still making the conference.", _clock.GetUtcNow() + _options.PendingInterval) { CountsAsAttempt = false, Code = "pending" };
            }

            await Task.Delay(_options.PendingInterval, _clock, cancellationToken);
            var (next, problem) = await ReadAsync(account, eventId, cancellationToken);
            if (next is not { IsSuccess: true })
            {
                return problem ?? GoogleAnswers.Decide(next!, _clock.GetUtcNow());
            }

            answered = next;
        }
    }

    /// <returns>Null while the conference is being made.</returns>
    private static DeliveryResult? Settled(CalendarEvent found)
    {
        if (found.Status is "cancelled")
        {
            return new DeliveryResult.Refused("EVENT_CANCELLED", "The event was made before and has been deleted since.");
        }

        return found switch
        {
            { MeetLink: { } link, ConferenceStatus: not ("pending" or "failure") } => new MeetingCreated(found.Id, link, found.HtmlLink),
            { ConferenceStatus: "pending" } => null,
            { ConferenceStatus: "failure" } => new DeliveryResult.Refused("CONFERENCE_FAILED", "Google could not make the conference."),
            _ => new DeliveryResult.Refused("CONFERENCE_MISSING", "Google made the event without a conference: this calendar may not allow them.") { Reach = RefusalReach.Account },
        };
    }

    /// <summary>Calls with a token, and once more with a fresh one when Google does not take the first.</summary>
    private async Task<(Exchange.Answered? Answered, DeliveryResult? Problem)> CallAsync(
        GoogleAccount account, Func<Action<HttpRequestMessage>, Task<Exchange>> send, CancellationToken cancellationToken)
    {
        for (var isSecond = false; ; isSecond = true)
        {
            var (token, problem) = await _tokens.GetAsync(account, cancellationToken);
            if (token is null)
            {
                return (null, problem);
            }

            var exchange = await send(request => request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token));
            if (exchange is not Exchange.Answered answered)
            {
                return (null, GoogleAnswers.NoAnswer(exchange));
            }

            if (answered.Status is not HttpStatusCode.Unauthorized || isSecond)
            {
                return (answered, null);
            }

            await _tokens.RejectAsync(account, token, cancellationToken);
        }
    }
}
