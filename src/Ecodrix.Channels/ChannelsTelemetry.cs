using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Ecodrix.Channels.Callbacks;

namespace Ecodrix.Channels;

/// <summary>What the channels tell the outside about themselves. Costs next to nothing while nobody listens.</summary>
/// <remarks>Tags are a channel's name and an outcome; never an address, a recipient or a provider's words.</remarks>
internal static class ChannelsTelemetry
{
    public const string Name = "Ecodrix.Channels";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);
    private static readonly Histogram<double> Calls = Meter.CreateHistogram<double>("ecodrix.channel.duration", "s", "How long a provider or receiver took, by channel and outcome.");

    /// <summary>Makes all of it known from the start, and not with the first call.</summary>
    public static void Begin() => RuntimeHelpers.RunClassConstructor(typeof(ChannelsTelemetry).TypeHandle);

    /// <param name="channel">One of a few: <c>whatsapp</c>, <c>smtp</c>, <c>google</c>, <c>callback</c>.</param>
    public static ChannelCall Called(string channel, TimeProvider clock) =>
        new(Source.StartActivity(channel, ActivityKind.Client)?.SetTag("ecodrix.channel", channel), channel, clock);

    internal static void Ended(string channel, string outcome, TimeSpan took) =>
        Calls.Record(took.TotalSeconds, new KeyValuePair<string, object?>("channel", channel), new KeyValuePair<string, object?>("outcome", outcome));
}

/// <summary>One call to the outside, from its begin to its answer.</summary>
internal readonly struct ChannelCall(Activity? span, string channel, TimeProvider clock) : IDisposable
{
    private readonly long began = clock.GetTimestamp();

    /// <summary>The span as a W3C <c>traceparent</c>; null when nobody listens.</summary>
    public string? Id => span?.Id;

    public DeliveryResult Came(DeliveryResult result)
    {
        End(result switch
        {
            DeliveryResult.Sent => "sent",
            DeliveryResult.Skipped => "skipped",
            DeliveryResult.Refused => "refused",
            DeliveryResult.TryLater => "try_later",
            _ => "unknown",
        });
        return result;
    }

    public CallbackAttempt Came(CallbackAttempt attempt)
    {
        End(attempt.Verdict switch
        {
            CallbackVerdict.Delivered => "delivered",
            CallbackVerdict.Stop => "stopped",
            _ => "try_later",
        });
        return attempt;
    }

    public void Dispose() => span?.Dispose();

    private void End(string outcome)
    {
        ChannelsTelemetry.Ended(channel, outcome, clock.GetElapsedTime(began));
        span?.SetTag("ecodrix.outcome", outcome).SetStatus(outcome is "refused" or "stopped" ? ActivityStatusCode.Error : ActivityStatusCode.Unset);
    }
}
