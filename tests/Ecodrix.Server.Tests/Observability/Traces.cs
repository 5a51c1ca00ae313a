using System.Collections.Concurrent;
using System.Diagnostics;

namespace Ecodrix.Server.Tests.Observability;

/// <summary>Keeps the spans of one trace, as a collector would that gets them all.</summary>
internal sealed class Traces : IDisposable
{
    private readonly ActivityListener listener;

    private readonly ConcurrentQueue<Activity> spans = new();

    public Traces()
    {
        listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name.StartsWith("Ecodrix.", StringComparison.Ordinal) || source.Name is "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.TraceId == TraceId ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = Keep,
        };
        ActivitySource.AddActivityListener(listener);
    }

    public ActivityTraceId TraceId { get; } = ActivityTraceId.CreateRandom();

    /// <summary>The caller's own span, as the header that a request carries.</summary>
    public string Traceparent => $"00-{TraceId}-{Caller}-01";

    public ActivitySpanId Caller { get; } = ActivitySpanId.CreateRandom();

    public IReadOnlyList<Activity> Spans => [.. spans];

    public Activity Named(string name) => Spans.Where(span => string.Equals(span.DisplayName, name, StringComparison.Ordinal)).ShouldHaveSingleItem();

    /// <summary>The name of the span that this one hangs under; <c>caller</c> for the request's own.</summary>
    public string? ParentOf(Activity span) =>
        span.ParentSpanId == Caller ? "caller" : Spans.SingleOrDefault(one => one.SpanId == span.ParentSpanId)?.DisplayName;

    public void Dispose() => listener.Dispose();

    private void Keep(Activity span)
    {
        if (span.TraceId == TraceId)
        {
            spans.Enqueue(span);
        }
    }
}
