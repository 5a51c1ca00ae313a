using System.Buffers;
using System.Text;
using Ecodrix.SocketIO.WebSockets;

namespace Ecodrix.SocketIO.EngineIO;

/// <summary>One client's connection: its outbox, its heartbeat and the transport that carries it.</summary>
internal sealed class EngineConnection : IEngineConnection
{
    private readonly EngineServer _server;
    private readonly Lock _receiving = new();
    private IEngineReceiver? _receiver;
    private volatile string? _closedBecause;
    private bool _overflowed;
    private bool _toldClosed;

    public EngineConnection(EngineServer server, string id, ConnectionRequest request)
    {
        _server = server;
        Id = id;
        Request = request;
        Outbox = new Outbox(server.Options.MaxQueuedPackets, server.Options.MaxQueuedBytes);
        Heartbeat = new Heartbeat(this, server);
    }

    public string Id { get; }

    public ConnectionRequest Request { get; }

    /// <summary>Guards the outbox, the transports' states and the heartbeat. Held for moments, never over I/O or foreign code.</summary>
    public Lock Gate { get; } = new();

    public Outbox Outbox { get; }

    public Heartbeat Heartbeat { get; }

    /// <summary>Changed once at most, by the upgrade, under the gate.</summary>
    public EngineTransport Transport { get; private set; } = null!;

    /// <summary>A WebSocket on trial beside polling; guarded by the gate.</summary>
    public WebSocketTransport? Candidate { get; set; }

    public bool IsOpen => _closedBecause is null;

    /// <summary>What is queued waits for the next round of a large broadcast, not for the client.</summary>
    public bool AwaitsRound { get; set; }

    /// <summary>Its place among those that have not yet proved themselves; guarded by the server.</summary>
    public LinkedListNode<EngineConnection>? HalfOpen { get; set; }

    /// <summary>Sets the first transport, before anyone else can see the connection.</summary>
    public void Begin(EngineTransport transport) => Transport = transport;

    /// <summary>Starts the connection: the open packet first, then whatever the application has to say.</summary>
    public void Open(EngineMessage openPacket, IEngineApplication application)
    {
        Enqueue([openPacket], isVolatile: false);
        _receiver = application.Open(this);
        Heartbeat.Watch();
        if (!IsOpen)
        {
            TellClosed();
        }

        Flush();
    }

    public void Send(string text)
    {
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        var buffer = ArrayPool<byte>.Shared.Rent(most);
        var message = EngineMessage.OfText(EnginePacketType.Message, buffer.AsSpan(0, Encoding.UTF8.GetBytes(text, buffer)));
        ArrayPool<byte>.Shared.Return(buffer);
        Send(message);
    }

    public void Send(ReadOnlySpan<byte> bytes) => Send(EngineMessage.OfBinary(bytes));

    public void Send(EngineMessage message)
    {
        if (Enqueue([message], isVolatile: false))
        {
            Flush();
        }
    }

    /// <summary>Queues messages with nothing in between. <see cref="Flush"/> must follow, once no lock of the caller is held.</summary>
    /// <returns>False when there is nothing to flush: the connection is closed, or the message was volatile and the transport is busy.</returns>
    public bool Enqueue(ReadOnlySpan<EngineMessage> messages, bool isVolatile)
    {
        lock (Gate)
        {
            if (!IsOpen || (isVolatile && !((Outbox.IsEmpty || AwaitsRound) && Transport.IsWritable)))
            {
                return false;
            }

            _overflowed |= !Outbox.TryAdd(messages);
            return true;
        }
    }

    /// <summary>Sends what can be sent now; drops the connection when its queue was too full.</summary>
    public void Flush()
    {
        if (_overflowed)
        {
            Close(CloseReasons.SlowClient, CloseManner.AtOnce, CloseCode.PolicyViolation);
            return;
        }

        Transport.Flush();
    }

    /// <summary>The client has shown that it is one.</summary>
    public void Prove() => _server.Prove(this);

    public void Close() => Close(CloseReasons.ForcedClose, CloseManner.Flush, CloseCode.Normal);

    public void Close(string reason, CloseManner manner, CloseCode code = CloseCode.Normal)
    {
        WebSocketTransport? candidate;
        lock (Gate)
        {
            if (!IsOpen)
            {
                return;
            }

            _closedBecause = reason;
            (candidate, Candidate) = (Candidate, null);
            if (manner is not CloseManner.Flush)
            {
                Outbox.Clear();
            }
        }

        _server.Deadlines.Clear(Heartbeat);
        candidate?.End(CloseManner.AtOnce, code, reason);
        if (Transport.End(manner, code, reason))
        {
            _server.Forget(this);
        }

        _server.Prove(this);
        TellClosed();
    }

    /// <summary>Once, whether the close came before the receiver or after.</summary>
    private void TellClosed()
    {
        if (_receiver is { } receiver && !Interlocked.Exchange(ref _toldClosed, true))
        {
            receiver.Closed(_closedBecause!);
        }
    }

    /// <summary>Takes the WebSocket as the transport, in mid-traffic: what is queued from now on leaves there.</summary>
    /// <returns>False when the connection has been closed meanwhile, or the candidate has been dropped.</returns>
    public bool TryUpgrade(WebSocketTransport candidate, out EngineTransport previous)
    {
        lock (Gate)
        {
            previous = Transport;
            if (!IsOpen || !ReferenceEquals(Candidate, candidate))
            {
                return false;
            }

            (Transport, Candidate) = (candidate, null);
            candidate.Carry();
            return true;
        }
    }

    /// <summary>Acts on a packet of the client.</summary>
    public ValueTask ReceiveAsync(EnginePacket packet)
    {
        if (!IsOpen)
        {
            return ValueTask.CompletedTask;
        }

        Heartbeat.Hear(packet.Type);
        switch (packet)
        {
            case EnginePacket.Text { Type: EnginePacketType.Message } text:
                lock (_receiving)
                {
                    return _receiver!.TextAsync(text.Content);
                }

            case EnginePacket.Binary binary:
                lock (_receiving)
                {
                    return _receiver!.BinaryAsync(binary.Content);
                }

            case { Type: EnginePacketType.Ping }:
                // Version 3 had the clients ping.
                Close(CloseReasons.TransportError, CloseManner.AtOnce, CloseCode.ProtocolError);
                break;
            case { Type: EnginePacketType.Close }:
                Close(CloseReasons.TransportClose, CloseManner.ByClient);
                break;
            default:
                break;
        }

        return ValueTask.CompletedTask;
    }
}
