using System.Buffers;
using Ecodrix.SocketIO.EngineIO;

namespace Ecodrix.SocketIO.WebSockets;

/// <summary>
/// Writes the frames of one WebSocket, one write at a time, on whichever thread has something to send: no task and no buffer stands by for
/// an idle client. Small waiting frames leave joined in one write.
/// </summary>
internal sealed class FrameWriter(Stream stream, EngineConnection connection, WebSocketTransport owner)
{
    private const int MostJoined = 16 * 1024;
    private const int MostOwn = 16;

    private Queue<ReadOnlyMemory<byte>>? _own;
    private byte[]? _close;
    private TaskCompletionSource? _drained;
    private bool _isOver;

    /// <summary>A write is under way. Guarded by the connection's gate, like all state here.</summary>
    public bool IsBusy { get; private set; }

    /// <summary>Whether the connection's outbox leaves here; not while the WebSocket is on trial.</summary>
    public bool TakesOutbox { get; set; }

    /// <summary>Sends a frame of the transport's own, before what is queued. A client that asks for too many goes without.</summary>
    public void Send(ReadOnlyMemory<byte> frame)
    {
        lock (connection.Gate)
        {
            _own ??= new Queue<ReadOnlyMemory<byte>>();
            if (_close is not null || _own.Count >= MostOwn)
            {
                return;
            }

            _own.Enqueue(frame);
        }

        Pump();
    }

    /// <summary>Sends a close frame behind what is queued, once.</summary>
    public void SendClose(byte[] frame)
    {
        lock (connection.Gate)
        {
            _close ??= frame;
        }

        Pump();
    }

    /// <summary>Writes until nothing is left, unless someone else is at it.</summary>
    public void Pump()
    {
        lock (connection.Gate)
        {
            if (IsBusy || _isOver || !HasWork())
            {
                return;
            }

            IsBusy = true;
        }

        while (TryTake(out var chunk, out var rented))
        {
            ValueTask write;
            try
            {
                write = stream.WriteAsync(chunk, CancellationToken.None); // A frame is written whole; the transport aborts the connection to stop it.
            }
            catch (Exception gone) when (WebSocketTransport.IsGone(gone))
            {
                write = ValueTask.FromException(gone);
            }

            if (!write.IsCompletedSuccessfully)
            {
                _ = FinishAsync(write, rented);
                return;
            }

            GiveBack(rented);
        }
    }

    /// <summary>Done when no write is under way; none begins afterwards.</summary>
    public Task DrainAsync()
    {
        lock (connection.Gate)
        {
            if (!IsBusy)
            {
                _isOver = true;
                return Task.CompletedTask;
            }

            _drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _drained.Task;
        }
    }

    /// <summary>A write that the network did not take at once. Never throws: a failure ends the transport.</summary>
    private async Task FinishAsync(ValueTask write, byte[]? rented)
    {
        try
        {
            await write;
            GiveBack(rented);
        }
        catch (Exception gone) when (WebSocketTransport.IsGone(gone))
        {
            lock (connection.Gate)
            {
                _isOver = true;
                Rest();
            }

            owner.Fail();
            return;
        }

        lock (connection.Gate)
        {
            IsBusy = false;
            if (!HasWork())
            {
                Rest();
                return;
            }
        }

        Pump();
    }

    private bool HasWork() => _own is { Count: > 0 } || (TakesOutbox && !connection.Outbox.IsEmpty) || _close is { Length: > 0 };

    private bool TryTake(out ReadOnlyMemory<byte> chunk, out byte[]? rented)
    {
        rented = null;
        chunk = default;
        lock (connection.Gate)
        {
            if (_isOver || !HasWork())
            {
                Rest();
                return false;
            }

            if (_own is { Count: > 0 })
            {
                chunk = _own.Dequeue();
            }
            else if (TakesOutbox && !connection.Outbox.IsEmpty)
            {
                chunk = TakeQueued(out rented);
            }
            else
            {
                // Nothing follows a close frame.
                (chunk, _close) = (_close!, []);
                TakesOutbox = false;
            }
        }

        return true;
    }

    private ReadOnlyMemory<byte> TakeQueued(out byte[]? rented)
    {
        rented = null;
        if (!connection.Outbox.CanJoin(MostJoined))
        {
            return connection.Outbox.Take().Frame;
        }

        var joined = connection.Outbox.TakeFrames(MostJoined);
        rented = joined.Array;
        return joined;
    }

    private void Rest()
    {
        IsBusy = false;
        if (_drained is not null)
        {
            _isOver = true;
            _drained.TrySetResult();
        }
        else if (_close is { Length: 0 })
        {
            owner.Linger();
        }
    }

    private static void GiveBack(byte[]? rented)
    {
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
