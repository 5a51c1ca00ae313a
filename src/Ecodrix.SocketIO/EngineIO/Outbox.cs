using System.Buffers;

namespace Ecodrix.SocketIO.EngineIO;

/// <summary>What waits to be sent on one connection, bounded in packets and bytes. Guarded by the connection's gate.</summary>
internal sealed class Outbox(int mostPackets, long mostBytes)
{
    // Most of the time one message waits, or none: a queue is there only while there are more.
    private EngineMessage? _first;
    private Queue<EngineMessage>? _rest;
    private long _bytes;

    public bool IsEmpty => _first is null;

    private int Count => (_first is null ? 0 : 1) + (_rest?.Count ?? 0);

    /// <summary>Adds a packet with its attachments, with nothing in between.</summary>
    /// <returns>False when there is no room; nothing was added.</returns>
    public bool TryAdd(ReadOnlySpan<EngineMessage> messages)
    {
        long more = 0;
        foreach (var message in messages)
        {
            more += message.Size;
        }

        if (Count + messages.Length > mostPackets || (_bytes + more > mostBytes && _bytes > 0))
        {
            return false;
        }

        foreach (var message in messages)
        {
            Add(message);
        }

        _bytes += more;
        return true;
    }

    public EngineMessage Take()
    {
        var message = _first!;
        _first = _rest?.Dequeue();
        _rest = _rest is { Count: > 0 } ? _rest : null;
        _bytes -= message.Size;
        return message;
    }

    /// <summary>The next one's size; zero when nothing waits.</summary>
    public int NextSize => _first?.Size ?? 0;

    /// <summary>Takes the next ones, in order: at least one, and no more than fit in so many bytes.</summary>
    public List<EngineMessage> TakeUpTo(int bytes)
    {
        var taken = new List<EngineMessage>();
        while (!IsEmpty && (taken.Count is 0 || NextSize <= bytes))
        {
            bytes -= NextSize;
            taken.Add(Take());
        }

        return taken;
    }

    /// <summary>Takes the next ones into one buffer of the pool, which the caller gives back.</summary>
    public ArraySegment<byte> TakeFrames(int most)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(most);
        var length = 0;
        while (NextSize > 0 && length + NextSize <= most)
        {
            var frame = Take().Frame;
            frame.Span.CopyTo(buffer.AsSpan(length));
            length += frame.Length;
        }

        return new ArraySegment<byte>(buffer, 0, length);
    }

    /// <summary>Whether at least two of the waiting fit in so many bytes.</summary>
    public bool CanJoin(int most) => _rest is not null && NextSize * 2 <= most;

    public void Clear()
    {
        (_first, _rest) = (null, null);
        _bytes = 0;
    }

    private void Add(EngineMessage message)
    {
        if (_first is null)
        {
            _first = message;
            return;
        }

        (_rest ??= new Queue<EngineMessage>()).Enqueue(message);
    }
}
