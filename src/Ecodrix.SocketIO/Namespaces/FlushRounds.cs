using Ecodrix.SocketIO.Clocks;
using Ecodrix.SocketIO.EngineIO;

namespace Ecodrix.SocketIO.Namespaces;

/// <summary>
/// Broadcasts to many sockets that follow each other closely share their writes: a write to the network costs more than all the rest of a
/// delivery. The first goes out at once; those behind it wait about three times as long as writing to all of them takes, and no longer than 30 ms.
/// Small rooms, answers and what goes to one socket never wait.
/// </summary>
internal sealed class FlushRounds(Deadlines deadlines) : Deadline
{
    private const int Many = 100;
    private static readonly TimeSpan Each = TimeSpan.FromMicroseconds(30);
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(30);

    private readonly Lock _gate = new();
    private List<EngineConnection> _waiting = [];
    private List<EngineConnection> _spare = [];
    private long _next = long.MinValue;

    /// <returns>False when the receivers are to be flushed now; true when a round will do it.</returns>
    public bool TryWait(List<Socket?> receivers)
    {
        if (receivers.Count < Many)
        {
            return false;
        }

        lock (_gate)
        {
            var now = deadlines.Now;
            if (now >= _next && _waiting.Count is 0)
            {
                var wait = Each * receivers.Count;
                _next = now + deadlines.Ticks(wait < Longest ? wait : Longest);
                return false;
            }

            foreach (var socket in receivers)
            {
                if (socket?.Client.Connection is { AwaitsRound: false } connection)
                {
                    connection.AwaitsRound = true;
                    _waiting.Add(connection);
                }
            }
        }

        deadlines.Set(this, _next);
        return true;
    }

    internal override void OnDue()
    {
        List<EngineConnection> round;
        lock (_gate)
        {
            (round, _waiting) = (_waiting, _spare);
            foreach (var connection in round)
            {
                connection.AwaitsRound = false;
            }

            var wait = Each * round.Count;
            _next = deadlines.Now + deadlines.Ticks(wait < Longest ? wait : Longest);
        }

        foreach (var connection in round)
        {
            connection.Flush();
        }

        round.Clear();
        _spare = round;
    }
}
