using System.Diagnostics.Metrics;

namespace Ecodrix.SocketIO.Redis;

/// <summary>What did not get through, as figures of the meter <c>Ecodrix.SocketIO</c>.</summary>
internal sealed class RedisFigures : IDisposable
{
    private readonly Meter _meter = new("Ecodrix.SocketIO");
    private long _unsent;
    private long _unread;
    private long _ignored;
    private long _outages;

    public RedisFigures()
    {
        _meter.CreateObservableCounter("socketio.redis.unsent", () => Unsent, description: "Messages to other nodes that were dropped because Redis was out of reach or too slow.");
        _meter.CreateObservableCounter("socketio.redis.unread", () => Unread, description: "Messages of other nodes that were dropped because too many waited.");
        _meter.CreateObservableCounter("socketio.redis.ignored", () => Ignored, description: "Messages that could not be understood.");
        _meter.CreateObservableCounter("socketio.redis.outages", () => Outages, description: "How often Redis went out of reach.");
    }

    public long Unsent => Interlocked.Read(ref _unsent);

    public long Unread => Interlocked.Read(ref _unread);

    public long Ignored => Interlocked.Read(ref _ignored);

    public long Outages => Interlocked.Read(ref _outages);

    public void CountUnsent() => Interlocked.Increment(ref _unsent);

    public void CountUnread() => Interlocked.Increment(ref _unread);

    public void CountIgnored() => Interlocked.Increment(ref _ignored);

    public void CountOutage() => Interlocked.Increment(ref _outages);

    public void Dispose() => _meter.Dispose();
}
