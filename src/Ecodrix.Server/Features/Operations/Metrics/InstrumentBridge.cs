using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Prometheus;

namespace Ecodrix.Server.Features.Operations.Metrics;

/// <summary>Brings what this process measures into the registry that <c>/metrics</c> shows.</summary>
/// <remarks>An instrument's name becomes Prometheus' spelling of it: dots to underscores, the unit behind, counters end in <c>_total</c>.</remarks>
internal sealed class InstrumentBridge : IDisposable
{
    private readonly MeterListener listener = new();

    private readonly ConcurrentDictionary<string, Series> series = new(StringComparer.Ordinal);

    private readonly MetricFactory metrics;

    public InstrumentBridge(CollectorRegistry registry)
    {
        metrics = Prometheus.Metrics.WithCustomRegistry(registry);
        metrics.ExemplarBehavior = ExemplarBehavior.NoExemplars();
        listener.InstrumentPublished = (instrument, all) =>
        {
            if (IsShown(instrument.Meter.Name))
            {
                all.EnableMeasurementEvents(instrument, series.GetOrAdd(instrument.Name, _ => new Series(instrument, metrics)));
            }
        };
        listener.SetMeasurementEventCallback<int>((_, value, tags, state) => ((Series)state!).Take(value, tags));
        listener.SetMeasurementEventCallback<long>((_, value, tags, state) => ((Series)state!).Take(value, tags));
        listener.SetMeasurementEventCallback<double>((_, value, tags, state) => ((Series)state!).Take(value, tags));
        listener.Start();
    }

    /// <summary>Reads what is not reported but asked for.</summary>
    public void Observe() => listener.RecordObservableInstruments();

    /// <summary>What there is and was not measured yet, in Prometheus' text format: that it is there is known before it happens.</summary>
    public string Unmeasured() => string.Concat(series.Values.Select(one => one.Declaration).Order(StringComparer.Ordinal));

    public void Dispose() => listener.Dispose();

    private static bool IsShown(string meter) => meter.StartsWith("Ecodrix.", StringComparison.Ordinal) || meter is "System.Runtime";
}
