using System.Buffers;

namespace Ecodrix.SocketIO.EngineIO;

/// <summary>What waits to be sent on one connection, bounded in packets and bytes. Guarded by the connection's gate.</summary>
internal sealed class Outbox(int mostPackets, long mostBytes)
{
    private Queue<EngineMessage>? _waiting;
    private long _bytes;

    public bool IsEmpty => _waiting is not { Count: > 0 };

    /// <summary>Adds a packet with its attachments, with nothing in between.</summary>
    /// <returns>False when there is no room; nothing was added.</returns>
    public bool TryAdd(ReadOnlySpan<EngineMessage> messages)
    {
        _waiting ??= new Queue<EngineMessage>();
        long more = 0;
        foreach (var message in messages)
        {
            more += message.Size;
        }

        if (_waiting.Count + messages.Length > mostPackets || (_bytes + more > mostBytes && _bytes > 0))
        {
            return false;
        }

        foreach (var message in messages)
        {
            _waiting.Enqueue(message);
        }

        _bytes += more;
        return true;
    }

    public EngineMessage Take()
    {
        var message = _waiting!.Dequeue();
        _bytes -= message.Size;
        return message;
    }

    /// <summary>The next one's size; zero when nothing waits.</summary>
    public int NextSize => _waiting is { Count: > 0 } ? _waiting.Peek().Size : 0;

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
    public bool CanJoin(int most) => _waiting is { Count: > 1 } && _waiting.Peek().Size * 2 <= most;

    public void Clear()
    {
        _waiting = null;
        _bytes = 0;
    }
}
