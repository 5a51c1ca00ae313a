using System.Buffers;
using Ecodrix.SocketIO.WebSockets;
using Microsoft.AspNetCore.Http;

namespace Ecodrix.SocketIO.EngineIO;

/// <summary>A connection over WebSocket. As a deadline it sees to it that a closed connection's TCP ends even when the client does nothing.</summary>
internal sealed class WebSocketTransport : EngineTransport
{
    private const int ReadSize = 8 * 1024;
    private static readonly TimeSpan CloseWaits = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan FlushWaits = TimeSpan.FromSeconds(30);

    private readonly EngineConnection _connection;
    private readonly EngineServer _server;
    private readonly HttpContext _context;
    private readonly Stream _stream;
    private readonly FrameReader _reader;
    private readonly FrameWriter _writer;
    private UpgradeTrial? _trial;
    private bool _isEnding;
    private bool _isDeaf;

    public WebSocketTransport(EngineConnection connection, EngineServer server, HttpContext context, Stream stream)
    {
        (_connection, _server, _context, _stream) = (connection, server, context, stream);
        _reader = new FrameReader(server.Options.MaxHttpBufferSize);
        _writer = new FrameWriter(stream, connection, this) { TakesOutbox = true };
    }

    public override string Name => "websocket";

    public override bool IsWritable => !_writer.IsBusy;

    /// <summary>A network that failed, or a connection that was aborted under a read or write.</summary>
    public static bool IsGone(Exception failure) => failure is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException;

    /// <summary>Puts the WebSocket on trial beside a polling connection.</summary>
    /// <returns>False when the connection has been upgraded, is being upgraded, or is closed.</returns>
    public bool TryBeginTrial()
    {
        lock (_connection.Gate)
        {
            if (!_connection.IsOpen || _connection.Candidate is not null || _connection.Transport is not PollingTransport)
            {
                return false;
            }

            _writer.TakesOutbox = false;
            _connection.Candidate = this;
            _trial = new UpgradeTrial(_connection, _server, this);
        }

        _trial.Begin();
        return true;
    }

    /// <summary>From now on the connection's outbox leaves here. Called under the connection's gate.</summary>
    public void Carry() => _writer.TakesOutbox = true;

    /// <summary>Sends a frame of the transport's own, ahead of what is queued.</summary>
    public void SendOwn(ReadOnlyMemory<byte> frame) => _writer.Send(frame);

    /// <summary>Reads until the WebSocket is over; then nothing is written any more either.</summary>
    /// <remarks>One async method waits for an idle client, and waits without a buffer: what it holds, ten thousand hold.</remarks>
    public async Task RunAsync()
    {
        string? reason = null;
        try
        {
            while (reason is null)
            {
                int nothing;
                try
                {
                    // Aborting the connection ends the wait.
                    nothing = await _stream.ReadAsync(Memory<byte>.Empty, CancellationToken.None);
                }
                catch (Exception gone) when (IsGone(gone))
                {
                    break;
                }

                reason = nothing is 0 ? await TakeAsync() : CloseReasons.TransportError;
            }
        }
        finally
        {
            Leave(reason ?? CloseReasons.TransportError, CloseCode.Normal);
            await _writer.DrainAsync();
            _server.Deadlines.Clear(this);
        }
    }

    public override void Flush() => _writer.Pump();

    public override bool End(CloseManner manner, CloseCode code, string why)
    {
        _isEnding = true;
        _server.Deadlines.SetAfter(this, manner is CloseManner.Flush ? FlushWaits : CloseWaits);
        _writer.SendClose(FrameHeader.Close(code, code is CloseCode.Normal ? "" : why));
        return true;
    }

    /// <summary>The close frame is out: the client has a moment to answer it.</summary>
    public void Linger() => _server.Deadlines.SetAfter(this, CloseWaits);

    /// <summary>A write failed.</summary>
    public void Fail()
    {
        Leave(CloseReasons.TransportError, CloseCode.Normal);
        _context.Abort();
    }

    internal override void OnDue() => _context.Abort();

    /// <summary>Acts on what has come.</summary>
    /// <returns>Why the WebSocket is over; null when it is not.</returns>
    private async ValueTask<string?> TakeAsync()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
        try
        {
            int length;
            try
            {
                length = await _stream.ReadAsync(buffer, CancellationToken.None);
            }
            catch (Exception gone) when (IsGone(gone))
            {
                return CloseReasons.TransportError;
            }

            return length is 0 || !await HearAsync(buffer.AsMemory(0, length)) ? CloseReasons.TransportClose : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <returns>False when the client has closed.</returns>
    private async ValueTask<bool> HearAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!_isDeaf && Next(ref bytes) is { } received)
        {
            switch (received)
            {
                case Received.Close:
                    Leave(CloseReasons.TransportClose, CloseCode.Normal);
                    return false;
                case Received.Ping ping:
                    _writer.Send(FrameHeader.Control(FrameOpcode.Pong, ping.Content));
                    break;
                case Received.Violation violation:
                    // What still comes is read and passed over: closing with bytes unread would tear the close frame from the client.
                    _isDeaf = true;
                    Leave(CloseReasons.TransportError, violation.Code);
                    break;
                case Received.Text text when !_isEnding:
                    await ActAsync(EnginePacketCodec.DecodeText(text.Content));
                    break;
                case Received.Binary binary when !_isEnding:
                    await ActAsync(new EnginePacket.Binary(binary.Content));
                    break;
                default:
                    break;
            }
        }

        return true;
    }

    private Received? Next(ref ReadOnlyMemory<byte> bytes)
    {
        var span = bytes.Span;
        var received = _reader.Read(ref span);
        bytes = bytes[(bytes.Length - span.Length)..];
        return received;
    }

    private ValueTask ActAsync(EnginePacket? packet)
    {
        if (!ReferenceEquals(_connection.Transport, this))
        {
            _trial?.Hear(packet);
            return ValueTask.CompletedTask;
        }

        if (packet is null)
        {
            _connection.Close(CloseReasons.ParseError, CloseManner.AtOnce);
            return ValueTask.CompletedTask;
        }

        return _connection.ReceiveAsync(packet);
    }

    /// <summary>Ends the connection that this carries; of a candidate, only the candidate.</summary>
    public void Leave(string reason, CloseCode code)
    {
        lock (_connection.Gate)
        {
            if (ReferenceEquals(_connection.Candidate, this))
            {
                _connection.Candidate = null;
            }
        }

        if (ReferenceEquals(_connection.Transport, this))
        {
            _connection.Close(reason, code is CloseCode.Normal ? CloseManner.ByClient : CloseManner.AtOnce, code);
        }

        if (!_isEnding)
        {
            End(CloseManner.AtOnce, code, reason);
        }
    }
}
