namespace Ecodrix.Bench.Dashboards;

/// <summary>How many look on at how much.</summary>
/// <param name="Clients">Dashboards of each tenant.</param>
internal sealed record SoakPlan(int Tenants, int Clients)
{
    /// <summary>Changes a second of each tenant.</summary>
    public double Rate { get; init; } = 2;

    public TimeSpan Duration { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>One in so many goes and comes back all the time.</summary>
    public int OneRestlessIn { get; init; } = 10;

    /// <summary>How long a restless one stays at most.</summary>
    public TimeSpan LongestStay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the same changes are made before anybody looks, to tell apart what a change costs and what its deliveries cost.</summary>
    public TimeSpan Unwatched { get; init; } = TimeSpan.FromSeconds(15);
}

/// <summary>What came of it.</summary>
internal sealed record SoakReport(SoakPlan Plan, Tally Tally, Latencies Latencies)
{
    /// <summary>Changes that were answered with a success while dashboards looked on.</summary>
    public long Changed { get; init; }

    public long Refused { get; init; }

    /// <summary>By how much the tenants' numbers went up meanwhile.</summary>
    public long Told { get; init; }

    /// <summary>Numbers that a dashboard does not have in the end, over all dashboards.</summary>
    public long Missing { get; init; }

    /// <summary>Numbers that came to a dashboard that had them: a recovery and the history may overlap.</summary>
    public long Again { get; init; }

    /// <summary>Of the dashboards: they left by their own wish.</summary>
    public long Departures { get; init; }

    public TimeSpan Took { get; init; }

    public TimeSpan Cpu { get; init; }

    /// <summary>Of one change while nobody looks.</summary>
    public TimeSpan CpuOfChange { get; init; }

    /// <summary>Before anybody connected, with all connected, and in the end.</summary>
    public (long Before, long Connected, long After) Resident { get; init; }

    public void Write(TextWriter output)
    {
        var deliveries = Math.Max(1, Tally.Delivered);
        var table = new Table($"{Plan.Tenants} tenants with {Plan.Clients} dashboards each, {Took.TotalSeconds:0} s", "figure");
        table.Add("deliveries a second", Table.Number(Tally.Delivered / Took.TotalSeconds));
        table.Add("from publishing to a dashboard, p50", Table.Ms(Latencies.At(0.5)));
        table.Add("p95", Table.Ms(Latencies.At(0.95)));
        table.Add("p99", Table.Ms(Latencies.At(0.99)));
        table.Add("changes accepted / told", $"{Table.Number(Changed)} / {Table.Number(Told)}");
        table.Add("changes refused", Table.Number(Refused));
        table.Add("departures", Table.Number(Departures));
        table.Add("returns recovered / filled from the history", $"{Table.Number(Tally.Recovered)} / {Table.Number(Tally.Anew)}");
        table.Add("events read from the history", Table.Number(Tally.Filled));
        table.Add("missing in the end", Table.Number(Missing));
        table.Add("foreign", Table.Number(Tally.Foreign));
        table.Add("came again", Table.Number(Again));
        table.Add("gaps on an unbroken connection / resets / connections lost", $"{Table.Number(Tally.Gaps)} / {Table.Number(Tally.Resets)} / {Table.Number(Tally.Lost)}");
        table.Add("server CPU of each delivery, with its share of the change", Micro(Cpu / deliveries));
        table.Add("without it", Micro((Cpu - (CpuOfChange * Changed)) / deliveries));
        table.Add("server, of a core", Table.Number(Cpu / Took * 100) + " %");
        table.Add("resident before, with all connected, in the end", $"{Resident.Before >> 20} MiB, {Resident.Connected >> 20} MiB, {Resident.After >> 20} MiB");
        table.Write(output);
    }

    private static string Micro(TimeSpan time) => time.TotalMicroseconds.ToString("#,0.0", System.Globalization.CultureInfo.InvariantCulture) + " µs";
}
