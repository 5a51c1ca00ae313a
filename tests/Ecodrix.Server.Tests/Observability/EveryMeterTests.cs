using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Ecodrix.Server.Tests.Observability;

/// <summary>Whatever the sources measure can be read at <c>/metrics</c>, from the start and not only after it has happened.</summary>
public sealed partial class EveryMeterTests
{
    [Fact]
    public async Task Every_instrument_in_the_sources_is_shown_by_a_server_to_which_nothing_has_happened()
    {
        TestStorage.NeedsFiles("The server is a process of its own, in a folder of its own.");
        var folder = Directory.CreateTempSubdirectory("ecodrix-meters-");
        await using (var server = await ServerProcess.StartAsync(folder.FullName, "env", "ECODRIX_METRICS_TOKEN=only-prometheus-knows"))
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
            request.Headers.Authorization = new("Bearer", "only-prometheus-knows");
            using var response = await server.Anonymous.SendAsync(request, TestContext.Current.CancellationToken);
            var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

            var instruments = Instruments();
            instruments.Count.ShouldBeGreaterThan(12);
            foreach (var (name, kind) in instruments)
            {
                Regex.Count(text, $"^# TYPE {name} {kind}$", RegexOptions.Multiline, TimeSpan.FromSeconds(1)).ShouldBe(1, $"{name} {kind}\n{text}");
            }

            // What has no labels stands at 0: who watches for a change sees the first one.
            foreach (var name in new[] { "ecodrix_inbound_quarantined_total", "ecodrix_inbound_dropped_total", "ecodrix_work_lost_leases_total" })
            {
                text.Split('\n').ShouldContain(line => string.Equals(line, name + " 0", StringComparison.Ordinal));
            }
        }

        folder.Delete(recursive: true);
    }

    [Fact]
    public void Every_meter_has_a_name_that_is_shown() =>
        Sources().SelectMany(source => MeterName().Matches(source)).Select(match => match.Groups["name"].Value)
            .Where(name => name.StartsWith('"')).ShouldAllBe(name => name.StartsWith("\"Ecodrix.", StringComparison.Ordinal));

    private static List<(string Name, string Kind)> Instruments() =>
    [
        .. from source in Sources()
           from match in Created().Matches(source)
           let unit = match.Groups["unit"].Value switch { "s" => "_seconds", "By" => "_bytes", _ => "" }
           let kind = match.Groups["kind"].Value
           let isCounter = kind.EndsWith("Counter", StringComparison.Ordinal) && !kind.Contains("UpDown", StringComparison.Ordinal)
           select (match.Groups["name"].Value.Replace('.', '_') + unit + (isCounter ? "_total" : ""), isCounter ? "counter" : kind is "Histogram" ? "histogram" : "gauge"),
    ];

    private static IEnumerable<string> Sources([CallerFilePath] string here = "")
    {
        var root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../src"));
        return Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal)).Select(File.ReadAllText);
    }

    [GeneratedRegex("""\.Create(?<kind>Counter|Histogram|UpDownCounter|Gauge|ObservableCounter|ObservableGauge|ObservableUpDownCounter)(?:<\w+>)?\(\s*"(?<name>ecodrix[^"]+)"(?:, "(?<unit>\w+)")?""", RegexOptions.ExplicitCapture)]
    private static partial Regex Created();

    [GeneratedRegex("""new Meter\((?<name>[^),]+)|Meter Meter = new\((?<name>[^),]+)""", RegexOptions.ExplicitCapture)]
    private static partial Regex MeterName();
}
