using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using Prometheus;

namespace Ecodrix.Server.Features.Operations.Metrics;

/// <summary>One instrument as a Prometheus metric with its labels, at most <see cref="MostChildren"/> combinations of them.</summary>
internal sealed class Series(Instrument instrument, MetricFactory metrics)
{
    private const int MostChildren = 2_000;

    private const string Beyond = "other";

    private static readonly double[] Seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    private static readonly double[] Sizes = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048];

    private readonly ConcurrentDictionary<(string?, string?, string?), Action<double>> children = new();

    private readonly Lock making = new();

    private Func<string[], Action<double>>? metric;

    /// <summary>Under which name Prometheus knows it.</summary>
    public string Name => IsCounter ? PlainName + "_total" : PlainName;

    /// <summary>The lines that say what it is; null once it has been measured, for then they stand above its values.</summary>
    public string? Declaration => metric is null ? $"# HELP {Name} {Help}\n# TYPE {Name} {TypeName}\n" : null;

    private string PlainName => instrument.Name.Replace('.', '_') + (instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" });

    private string Help => instrument.Description ?? PlainName;

    private Type Kind => instrument.GetType().GetGenericTypeDefinition();

    private bool IsCounter => Kind == typeof(Counter<>) || Kind == typeof(ObservableCounter<>);

    private string TypeName => Kind == typeof(Histogram<>) ? "histogram" : IsCounter ? "counter" : "gauge";

    public void Take(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = (At(tags, 0), At(tags, 1), At(tags, 2));
        if (!children.TryGetValue(labels, out var child))
        {
            child = Make(labels, tags);
        }

        child(value);
    }

    private static string? At(ReadOnlySpan<KeyValuePair<string, object?>> tags, int index) =>
        index < tags.Length ? tags[index].Value as string ?? Convert.ToString(tags[index].Value, CultureInfo.InvariantCulture) ?? "" : null;

    private Action<double> Make((string?, string?, string?) labels, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (making)
        {
            if (children.TryGetValue(labels, out var made))
            {
                return made;
            }

            var names = new string[Math.Min(tags.Length, 3)];
            for (var index = 0; index < names.Length; index++)
            {
                names[index] = tags[index].Key.Replace('.', '_');
            }

            metric ??= MetricOf(names);
            string[] values = children.Count < MostChildren
                ? [.. new[] { labels.Item1, labels.Item2, labels.Item3 }.Take(names.Length).Select(value => value!)]
                : [.. names.Select(_ => Beyond)];
            var child = metric(values);
            // What is beyond the bound is looked up each time, and not kept.
            return children.Count < MostChildren ? children[labels] = child : child;
        }
    }

    private Func<string[], Action<double>> MetricOf(string[] labels)
    {
        if (Kind == typeof(Histogram<>))
        {
            var buckets = instrument.Unit is "s" ? Seconds : Sizes;
            var histogram = metrics.CreateHistogram(Name, Help, labels, new HistogramConfiguration { Buckets = buckets });
            return values => histogram.WithLabels(values).Observe;
        }

        if (IsCounter)
        {
            var counter = metrics.CreateCounter(Name, Help, labels);
            return Kind == typeof(Counter<>) ? values => counter.WithLabels(values).Inc : values => counter.WithLabels(values).IncTo;
        }

        var gauge = metrics.CreateGauge(Name, Help, labels);
        return Kind == typeof(UpDownCounter<>) ? values => gauge.WithLabels(values).Inc : values => gauge.WithLabels(values).Set;
    }
}
