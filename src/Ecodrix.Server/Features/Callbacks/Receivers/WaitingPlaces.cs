using System.Collections.Concurrent;

namespace Ecodrix.Server.Features.Callbacks.Receivers;

/// <summary>When each of many callbacks that wait for the same receiver looks again, so that they do not all do so at the time of the probe.</summary>
internal sealed class WaitingPlaces
{
    /// <summary>Between two that wait: fifty a minute.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1.2);

    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(30);

    private readonly ConcurrentDictionary<string, DateTimeOffset> last = new(StringComparer.Ordinal);

    /// <returns>The time of the probe for the first that waits, later for those after it, and never more than half an hour later.</returns>
    public DateTimeOffset Next(string receiver, DateTimeOffset probe) => last.AddOrUpdate(receiver, probe, (_, before) =>
        before + Pace < probe ? probe
        : before + Pace > probe + LongestWait ? probe + LongestWait
        : before + Pace);

    public void Clear(string receiver) => last.TryRemove(receiver, out _);

    public void Clear() => last.Clear();
}
