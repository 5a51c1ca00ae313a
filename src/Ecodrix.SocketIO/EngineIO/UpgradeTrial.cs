using Ecodrix.SocketIO.Clocks;
using Ecodrix.SocketIO.WebSockets;

namespace Ecodrix.SocketIO.EngineIO;

/// <summary>
/// A WebSocket that wants to take over from polling: it is probed, the held poll is let go of, and when the client says so it carries the
/// connection. Anything else ends the trial and leaves polling as it was.
/// </summary>
internal sealed class UpgradeTrial(EngineConnection connection, EngineServer server, WebSocketTransport candidate) : Deadline
{
    private static readonly TimeSpan FirstNoop = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan NoopEvery = TimeSpan.FromMilliseconds(100);

    private readonly long _ends = server.Deadlines.Now + server.Deadlines.Ticks(server.Options.UpgradeTimeout);
    private bool _isProbed;

    public void Begin() => server.Deadlines.Set(this, _ends);

    public void Hear(EnginePacket? packet)
    {
        switch (packet)
        {
            case EnginePacket.Text { Type: EnginePacketType.Ping, Content: "probe" } when !_isProbed:
                _isProbed = true;
                candidate.SendOwn(EngineMessage.ProbeAnswer.Frame);
                Wake(FirstNoop);
                break;
            case EnginePacket.Text { Type: EnginePacketType.Upgrade } when _isProbed && connection.TryUpgrade(candidate, out var previous):
                server.Deadlines.Clear(this);
                (previous as PollingTransport)?.Retire();
                connection.Flush();
                break;
            default:
                End();
                break;
        }
    }

    internal override void OnDue()
    {
        lock (connection.Gate)
        {
            if (!ReferenceEquals(connection.Candidate, candidate))
            {
                return;
            }
        }

        if (server.Deadlines.Now >= _ends)
        {
            End();
        }
        else
        {
            ReleasePoll();
        }
    }

    /// <summary>The client waits for its poll to return before it changes over, and may have begun another: again and again.</summary>
    private void ReleasePoll()
    {
        (connection.Transport as PollingTransport)?.Release();
        Wake(NoopEvery);
    }

    private void Wake(TimeSpan after) => server.Deadlines.Set(this, Math.Min(_ends, server.Deadlines.Now + server.Deadlines.Ticks(after)));

    private void End()
    {
        server.Deadlines.Clear(this);
        candidate.Leave(CloseReasons.TransportError, CloseCode.Normal);
    }
}
