using System.Collections.Concurrent;

namespace Ecodrix.Loopback;

/// <summary>What a stand-in saw on the wire and when, for harnesses that ask what was under way at a moment.</summary>
public sealed class WireLog
{
    private readonly ConcurrentQueue<Exchange> _exchanges = new();

    /// <summary>In the order in which they arrived.</summary>
    public IReadOnlyList<Exchange> Exchanges => [.. _exchanges];

    /// <summary>Whether a request is under way now.</summary>
    public bool HasOpen => _exchanges.Any(exchange => exchange.EndedAt is null);

    /// <param name="key">The key that the sender gave the effect.</param>
    /// <param name="about">What the message says that it is about.</param>
    public Exchange Arrive(string key, string about)
    {
        var exchange = new Exchange(key, about, TimeProvider.System.GetUtcNow());
        _exchanges.Enqueue(exchange);
        return exchange;
    }
}

/// <summary>A request that was taken, from its arrival until its answer was written or its sender was gone.</summary>
public sealed class Exchange(string key, string about, DateTimeOffset arrivedAt)
{
    public string Key { get; } = key;

    public string About { get; } = about;

    public DateTimeOffset ArrivedAt { get; } = arrivedAt;

    /// <summary>Null while it is under way.</summary>
    public DateTimeOffset? EndedAt { get; private set; }

    public void End() => EndedAt = TimeProvider.System.GetUtcNow();

    public bool WasOpenAt(DateTimeOffset moment) => ArrivedAt <= moment && !(EndedAt < moment);
}
