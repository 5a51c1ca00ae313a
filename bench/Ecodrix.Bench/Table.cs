using System.Globalization;

namespace Ecodrix.Bench;

/// <summary>The figures of one run, as a Markdown table.</summary>
internal sealed class Table
{
    private readonly List<string> lines =
    [
        "| what | per second | ratio | p50 | p95 | p99 | server CPU each | errors |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ];

    private readonly List<string> notes = [];

    /// <param name="baseline">Per second, of what this is compared with in the same run; null when it is the baseline itself.</param>
    public void Add(string what, Latencies latencies, TimeSpan took, TimeSpan cpu, double? baseline)
    {
        var rate = latencies.Count / took.TotalSeconds;
        var ratio = baseline is { } other ? (rate / other).ToString("0.00", CultureInfo.InvariantCulture) : "";
        lines.Add(string.Create(
            CultureInfo.InvariantCulture,
            $"| {what} | {rate:#,0} | {ratio} | {Ms(latencies.At(0.5))} | {Ms(latencies.At(0.95))} | {Ms(latencies.At(0.99))} | {cpu.TotalMicroseconds / latencies.Count:0} µs | {latencies.Errors} |"));
    }

    public void Add(string what, long count, TimeSpan took) =>
        lines.Add(string.Create(CultureInfo.InvariantCulture, $"| {what} | {count / took.TotalSeconds:#,0} | | | | | |"));

    public void Note(string note) => notes.Add(note);

    public void Write(TextWriter output)
    {
        lines.ForEach(output.WriteLine);
        output.WriteLine();
        notes.ForEach(note => output.WriteLine("- " + note));
    }

    private static string Ms(TimeSpan took) => took.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture) + " ms";
}
