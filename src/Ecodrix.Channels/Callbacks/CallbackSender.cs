using System.Net;
using System.Text;
using Ecodrix.Channels.Guarding;
using Microsoft.Extensions.Options;

namespace Ecodrix.Channels.Callbacks;

/// <summary>Posts a signed callback once. Whether and when to try again is its caller's, with <see cref="CallbackSchedule"/>.</summary>
public sealed class CallbackSender(GuardedHttp http, IOptions<CallbackOptions> options, TimeProvider clock)
{
    private const int KeptAnswer = 4 * 1024;

    private readonly CallbackOptions _options = options.Value;

    /// <summary>Any 2xx is success, 410 ends it, everything else may be tried again. Never throws for what the network or the receiver does.</summary>
    public async Task<CallbackAttempt> SendAsync(Callback callback, CancellationToken cancellationToken)
    {
        using var call = ChannelsTelemetry.Called("callback", clock);
        var at = clock.GetUtcNow();
        var traceparent = call.Id ?? callback.Traceparent;
        var started = clock.GetTimestamp();
        var exchange = await http.PostAsync(
            callback.Url,
            TypedBody.Json(callback.Body),
            request => Sign(request, callback with { Traceparent = traceparent }, at),
            new ExchangeLimits(_options.Timeout, KeptAnswer),
            cancellationToken);
        var duration = clock.GetElapsedTime(started);

        return call.Came(exchange switch
        {
            Exchange.Answered answered => Judge(answered, callback.Url, at, duration),
            Exchange.NotSent notSent => NoAnswer(notSent.Why) with { WasStopped = notSent.Stopped },
            Exchange.Unanswered unanswered => NoAnswer(unanswered.Why) with { WasStopped = cancellationToken.IsCancellationRequested },
            _ => throw new InvalidOperationException($"No rule for {exchange.GetType().Name}."),
        });

        CallbackAttempt NoAnswer(string why) => new(CallbackVerdict.TryAgain, at, duration, StatusCode: null, Sentence(why), Answer: null);
    }

    private void Sign(HttpRequestMessage request, Callback callback, DateTimeOffset at)
    {
        foreach (var (name, value) in CallbackHeaders.Of(callback, at, _options))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
    }

    private CallbackAttempt Judge(Exchange.Answered answered, Uri url, DateTimeOffset at, TimeSpan duration)
    {
        var status = (int)answered.Status;
        var answer = Encoding.UTF8.GetString(answered.Body);
        if (answered.IsSuccess)
        {
            return new CallbackAttempt(CallbackVerdict.Delivered, at, duration, status, Error: null, answer);
        }

        var verdict = answered.Status is HttpStatusCode.Gone ? CallbackVerdict.Stop : CallbackVerdict.TryAgain;
        return new CallbackAttempt(verdict, at, duration, status, Error(answered, url), answer)
        {
            NotBefore = answered.Status is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable
                ? RetryAfter.Read(answered.Headers, clock.GetUtcNow(), _options.LongestRetryAfter)
                : null,
        };
    }

    private static string Error(Exchange.Answered answered, Uri url)
    {
        var status = (int)answered.Status;
        if (status is >= 300 and < 400)
        {
            return answered.Headers.Location is { } target
                ? $"The receiver answered {status}, and redirects are not followed: use {new Uri(url, target)} instead."
                : $"The receiver answered {status} without a target, and redirects are not followed.";
        }

        return answered.Status is HttpStatusCode.Gone ? "The receiver answered 410: it wants no more of this." : $"The receiver answered {status}.";
    }

    private static string Sentence(string why) => $"{char.ToUpperInvariant(why[0])}{why[1..]}{(why.EndsWith('.') ? "" : ".")}";
}
