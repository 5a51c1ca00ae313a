using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Ecodrix.Server.Tests.Redaction;

/// <summary>Keeps every name and tag of every trace and metric of this process.</summary>
internal sealed class Telemetry : IDisposable
{
    private readonly ConcurrentQueue<string> lines = new();

    private readonly ActivityListener traces;

    private readonly MeterListener metrics = new();

    public Telemetry()
    {
        traces = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = Keep,
        };
        ActivitySource.AddActivityListener(traces);

        metrics.InstrumentPublished = (instrument, listener) => listener.EnableMeasurementEvents(instrument);
        metrics.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Keep(instrument, tags));
        metrics.SetMeasurementEventCallback<int>((instrument, _, tags, _) => Keep(instrument, tags));
        metrics.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Keep(instrument, tags));
        metrics.Start();
    }

    public IReadOnlyCollection<string> Lines => lines;

    public void Dispose()
    {
        traces.Dispose();
        metrics.Dispose();
    }

    private void Keep(Activity activity) =>
        lines.Enqueue($"trace {activity.DisplayName} {activity.StatusDescription} {string.Join(", ", activity.TagObjects)} "
            + $"{string.Join(", ", activity.Events.SelectMany(one => one.Tags.Append(new("event", one.Name))))} {string.Join(", ", activity.Baggage)}");

    private void Keep(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        lines.Enqueue($"metric {instrument.Name} {string.Join(", ", tags.ToArray())}");
}
