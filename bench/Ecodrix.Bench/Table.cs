using System.Globalization;

namespace Ecodrix.Bench;

/// <summary>The figures of one run, as a Markdown table with notes under it.</summary>
internal sealed class Table(params string[] columns)
{
    private readonly List<string> rows = [];

    private readonly List<string> notes = [];

    /// <summary>A table of throughputs.</summary>
    public static Table OfRates() => new("what", "per second", "ratio", "p50", "p95", "p99", "server CPU each", "errors");

    /// <param name="baseline">Per second, of what this is compared with in the same run; null when it is the baseline itself.</param>
    public void AddRate(string what, Latencies latencies, TimeSpan took, TimeSpan cpu, double? baseline)
    {
        var rate = latencies.Count / took.TotalSeconds;
        Add(
            what,
            Number(rate),
            baseline is { } other ? Ratio(rate / other) : "",
            Ms(latencies.At(0.5)),
            Ms(latencies.At(0.95)),
            Ms(latencies.At(0.99)),
            Number(cpu.TotalMicroseconds / Math.Max(1, latencies.Count)) + " µs",
            Number(latencies.Errors));
    }

    public void AddRate(string what, long count, TimeSpan took) => Add(what, Number(count / took.TotalSeconds), "", "", "", "", "", "");

    public void Add(params string[] cells) => rows.Add("| " + string.Join(" | ", cells) + " |");

    public void Note(string note) => notes.Add(note);

    public void Write(TextWriter output)
    {
        output.WriteLine("| " + string.Join(" | ", columns) + " |");
        output.WriteLine("|---" + string.Concat(columns.Skip(1).Select(_ => "|---:")) + "|");
        rows.ForEach(output.WriteLine);
        output.WriteLine();
        notes.ForEach(note => output.WriteLine("- " + note));
        output.WriteLine();
    }

    public static string Ms(TimeSpan took) => took.TotalMilliseconds.ToString("#,0.0", CultureInfo.InvariantCulture) + " ms";

    public static string Number(double number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    public static string Ratio(double ratio) => ratio.ToString("0.00", CultureInfo.InvariantCulture);
}
