using System.Diagnostics;
using Ecodrix.Bench.Serving;

namespace Ecodrix.Bench;

/// <summary>From the start of the process until its first answer, beside an application of one route.</summary>
internal static class Starts
{
    /// <summary><c>start [times] [tenants]</c></summary>
    public static async Task RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var times = Arguments.Number(arguments, 5);
        var tenants = Arguments.Number(arguments, 1_000, at: 1);
        await using var bare = new ServerUnderTest(switches: Served.Bare);
        await using var old = new ServerUnderTest();

        // Not counted: from here on the program's files are in the kernel's memory.
        await StartAsync(bare, cancellationToken);
        await StartAsync(old, cancellationToken);
        for (var number = 0; number < tenants; number++)
        {
            await old.CreateTenantAsync($"BENCH{number}", cancellationToken);
        }

        var nothing = new List<FirstAnswer>();
        var onNew = new List<FirstAnswer>();
        var onOld = new List<FirstAnswer>();

        // By turns: the machine's speed changes, and what is compared stands side by side.
        for (var turn = 0; turn < times; turn++)
        {
            await bare.KillAsync();
            nothing.Add(await StartAsync(bare, cancellationToken));
            await using var fresh = new ServerUnderTest();
            onNew.Add(await StartAsync(fresh, cancellationToken));
            await old.KillAsync();
            onOld.Add(await StartAsync(old, cancellationToken));
        }

        var table = new Table("start", "first answer after (median)", "longest", "ratio", "processor time");
        Add(table, "an empty application", nothing, nothing);
        Add(table, "the server, new database", onNew, nothing);
        Add(table, $"the server, after SIGKILL, {Table.Number(tenants)} tenants", onOld, nothing);
        table.Write(Console.Out);
    }

    private static async Task<FirstAnswer> StartAsync(ServerUnderTest server, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        await server.StartAsync(cancellationToken);
        using var http = new HttpClient { BaseAddress = server.Address };
        using var answer = await http.GetAsync(new Uri(Served.Health, UriKind.Relative), cancellationToken);
        answer.EnsureSuccessStatusCode();
        return new FirstAnswer(Stopwatch.GetElapsedTime(begun), server.CpuTime());
    }

    private static void Add(Table table, string what, List<FirstAnswer> starts, List<FirstAnswer> baseline) => table.Add(
        what,
        Table.Ms(Median(starts, start => start.After)),
        Table.Ms(starts.Max(start => start.After)),
        Table.Ratio(Median(starts, start => start.After) / Median(baseline, start => start.After)),
        Table.Ms(Median(starts, start => start.Cpu)));

    private static TimeSpan Median(List<FirstAnswer> starts, Func<FirstAnswer, TimeSpan> figure) =>
        starts.Select(figure).Order().ElementAt(starts.Count / 2);

    /// <param name="After">Since the process was asked for.</param>
    /// <param name="Cpu">What all its threads had used by then.</param>
    private sealed record FirstAnswer(TimeSpan After, TimeSpan Cpu);
}
