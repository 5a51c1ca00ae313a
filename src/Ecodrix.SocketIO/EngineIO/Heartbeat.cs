using Ecodrix.SocketIO.Clocks;

namespace Ecodrix.SocketIO.EngineIO;

/// <summary>The server pings, the client answers in time or is gone. Guarded by the connection's gate.</summary>
internal sealed class Heartbeat(EngineConnection connection, EngineServer server) : Deadline
{
    private bool _awaitsPong;
    private bool _wasRefreshed;

    /// <summary>When the next ping is due or, while a pong is awaited, when the client is given up.</summary>
    private long _beat = server.Deadlines.Now + server.PingInterval;

    /// <summary>Sets the deadline to what is next.</summary>
    public void Watch()
    {
        server.Deadlines.Set(this, _beat);
        if (!connection.IsOpen)
        {
            // Closed in between: nothing is due any more.
            server.Deadlines.Clear(this);
        }
    }

    /// <summary>A pong plans the next ping; the first other packet while one is awaited gives the pong its full time again.</summary>
    public void Hear(EnginePacketType packet)
    {
        lock (connection.Gate)
        {
            if (packet is EnginePacketType.Pong)
            {
                _awaitsPong = false;
                _beat = server.Deadlines.Now + server.PingInterval;
            }
            else if (_awaitsPong && !_wasRefreshed)
            {
                _wasRefreshed = true;
                _beat = server.Deadlines.Now + server.PingTimeout;
            }
            else
            {
                return;
            }
        }

        Watch();
    }

    /// <summary>Whether the client's time is over although no timer has said so yet: a request must not find a dead session alive.</summary>
    public bool IsOverdue()
    {
        lock (connection.Gate)
        {
            return server.Deadlines.Now >= (_awaitsPong ? _beat : _beat + server.PingTimeout);
        }
    }

    internal override void OnDue()
    {
        switch (Turn())
        {
            case Turned.Nothing:
                Watch();
                break;
            case Turned.Ping:
                connection.Send(EngineMessage.Ping);
                Watch();
                break;
            default:
                connection.Close(CloseReasons.PingTimeout, CloseManner.AtOnce);
                break;
        }
    }

    private Turned Turn()
    {
        lock (connection.Gate)
        {
            var now = server.Deadlines.Now;
            if (now < _beat)
            {
                // A packet came while the timer fired.
                return Turned.Nothing;
            }

            if (_awaitsPong)
            {
                return Turned.End;
            }

            // From the planned time, so that the whole is exact; from now on when the timer itself was held up.
            _beat = (now - _beat < server.PingTimeout / 4 ? _beat : now) + server.PingTimeout;
            (_awaitsPong, _wasRefreshed) = (true, false);
            return Turned.Ping;
        }
    }

    private enum Turned
    {
        Nothing,
        Ping,
        End,
    }
}
