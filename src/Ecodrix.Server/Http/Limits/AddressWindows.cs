using System.Collections.Concurrent;
using System.Net;

namespace Ecodrix.Server.Http.Limits;

/// <summary>Counts by client address, at most so many in the minute that begins with the first.</summary>
internal sealed class AddressWindows(int limit, TimeProvider clock)
{
    private const int Bound = 100_000;

    private static readonly TimeSpan Length = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<IPAddress, Window> windows = new();

    /// <returns>Null while there is room; else how long to wait.</returns>
    public TimeSpan? Full(IPAddress network) =>
        windows.TryGetValue(network, out var window) && window.Count >= limit && Left(window) is { Ticks: > 0 } left ? left : null;

    /// <returns>Null when this one was within the limit; else how long to wait.</returns>
    public TimeSpan? Count(IPAddress network)
    {
        var window = windows.AddOrUpdate(
            network,
            static (_, now) => new Window(now, 1),
            (_, known, now) => Left(known) > TimeSpan.Zero ? known with { Count = known.Count + 1 } : new Window(now, 1),
            clock.GetTimestamp());

        if (windows.Count > Bound)
        {
            Sweep();
        }

        return window.Count > limit ? Left(window) : null;
    }

    private TimeSpan Left(Window window) => Length - clock.GetElapsedTime(window.Since);

    private void Sweep()
    {
        foreach (var (network, _) in windows.Where(entry => Left(entry.Value) <= TimeSpan.Zero))
        {
            windows.TryRemove(network, out _);
        }

        if (windows.Count > Bound)
        {
            // So many addresses within a minute are an attack; forgetting some is better than growing.
            windows.Clear();
        }
    }

    private sealed record Window(long Since, int Count);
}
