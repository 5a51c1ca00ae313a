using System.Collections.Concurrent;

namespace Ecodrix.Server.Observability;

/// <summary>What is counted for each tenant.</summary>
internal enum TenantFigure
{
    RequestsDone,
    RequestsRefused,
    RequestsFailed,
    EventsAccepted,
    EventsCompleted,
    EventsFailed,
}

/// <summary>Counts by tenant with a bounded number of names: the busiest have their own, the rest is counted together.</summary>
/// <remarks>
/// While there are fewer than <see cref="MostNamed"/>, every tenant is named at once. Every ten minutes the busiest of those
/// minutes are chosen anew; who loses its name is counted under <see cref="Others"/> from then on, who gets one begins at 0.
/// So each series only ever grows, or ends.
/// </remarks>
internal sealed class TenantFigures(TimeProvider clock)
{
    public const int MostNamed = 100;

    public const string Others = "other";

    private static readonly TimeSpan Between = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, long> recent = new(StringComparer.Ordinal);

    private readonly Counts others = new();

    private readonly Lock choosing = new();

    private volatile ConcurrentDictionary<string, Counts> named = new(StringComparer.Ordinal);

    private long chosenAt = clock.GetTimestamp();

    /// <summary>False while nobody can read the figures: then nothing is counted.</summary>
    public bool IsOn { get; set; }

    public void Note(string tenant, TenantFigure what)
    {
        if (!IsOn)
        {
            return;
        }

        recent.AddOrUpdate(tenant, 1, static (_, count) => count + 1);
        (named.TryGetValue(tenant, out var own) || TryName(tenant, out own) ? own : others).Add(what);
    }

    /// <summary>The figures by name, <see cref="Others"/> last.</summary>
    public IReadOnlyList<(string Name, IReadOnlyList<long> Counts)> Read()
    {
        lock (choosing)
        {
            if (clock.GetElapsedTime(chosenAt) >= Between)
            {
                ChooseAnew();
            }

            return [.. named.Select(entry => (entry.Key, entry.Value.Read())), (Others, others.Read())];
        }
    }

    private bool TryName(string tenant, out Counts own)
    {
        own = others;
        if (named.Count >= MostNamed)
        {
            return false;
        }

        lock (choosing)
        {
            if (named.Count >= MostNamed)
            {
                return false;
            }

            own = named.GetOrAdd(tenant, _ => new Counts());
            return true;
        }
    }

    private void ChooseAnew()
    {
        chosenAt = clock.GetTimestamp();
        string[] busiest = [.. recent.OrderByDescending(entry => entry.Value).Take(MostNamed).Select(entry => entry.Key)];
        recent.Clear();
        var next = new ConcurrentDictionary<string, Counts>(StringComparer.Ordinal);
        foreach (var tenant in busiest)
        {
            next[tenant] = named.TryGetValue(tenant, out var own) ? own : new Counts();
        }

        // The quiet keep their names while there is room.
        foreach (var (tenant, own) in named)
        {
            if (next.Count >= MostNamed)
            {
                break;
            }

            next.TryAdd(tenant, own);
        }

        named = next;
    }

    private sealed class Counts
    {
        private readonly long[] counts = new long[Enum.GetValues<TenantFigure>().Length];

        public void Add(TenantFigure what) => Interlocked.Increment(ref counts[(int)what]);

        public IReadOnlyList<long> Read() => [.. counts];
    }
}
