using System.Globalization;
using System.Text.Json.Nodes;
using Ecodrix.SocketIO.Adapters;
using Ecodrix.SocketIO.Clocks;
using Ecodrix.SocketIO.EngineIO;

namespace Ecodrix.SocketIO.Namespaces;

/// <summary>A socket that lost its connection and may come back.</summary>
internal sealed record LostSession(string Id, string Pid, IReadOnlyList<string> Rooms, JsonObject Data, IDictionary<string, object?> Items, long LostAt);

/// <summary>
/// What a namespace has sent lately and whom it has lost, so that a client that comes back gets what it missed. Bounded in time, bytes and
/// sessions. Guarded by the namespace's gate; as a deadline it throws away what is too old.
/// </summary>
internal sealed class RecoveryLog(RecoveryOptions options, Deadlines deadlines, Lock gate) : Deadline
{
    private const int EntryOverhead = 200;

    private readonly string _epoch = EngineServer.NewId()[..6].Replace('-', 'a');
    private readonly long _life = deadlines.Ticks(options.MaxDisconnection);
    private readonly Queue<LostSession> _order = new();
    private readonly Dictionary<string, LostSession> _lost = new(StringComparer.Ordinal);
    private readonly List<Entry> _entries = [];
    private int _start;
    private long _next;
    private long _bytes;

    /// <summary>How much is kept: events and sessions.</summary>
    public int Kept => Count + _lost.Count;

    private int Count => _entries.Count - _start;

    /// <summary>The offset of the event that is kept next.</summary>
    public string NextOffset => string.Create(CultureInfo.InvariantCulture, $"{_epoch}-{_next}");

    public void Keep(EngineMessage[] messages, SocketSelection to)
    {
        var size = messages.Sum(message => (long)message.Size) + EntryOverhead;
        _entries.Add(new Entry(messages, to, deadlines.Now, size));
        _next++;
        _bytes += size;
        while (_bytes > options.MaxKeptBytes && Count > 1)
        {
            DropFirst();
        }

        Wake();
    }

    public void Save(LostSession session)
    {
        while (_lost.Count >= options.MaxKeptSessions && _order.TryDequeue(out var oldest))
        {
            _lost.Remove(oldest.Pid);
        }

        _lost[session.Pid] = session;
        _order.Enqueue(session);
        Wake();
    }

    /// <summary>Hands out a lost session, once: whoever else comes with the same secret starts anew.</summary>
    /// <returns>Null when there is none, or its time is over.</returns>
    public LostSession? Take(string pid) =>
        _lost.Remove(pid, out var session) && deadlines.Now - session.LostAt <= _life ? session : null;

    /// <summary>What the session would have got since an offset.</summary>
    /// <returns>Null when the offset is unknown, too old, or there is more than the client's queue takes.</returns>
    public List<EngineMessage>? Missed(LostSession session, string offset, int mostPackets, long mostBytes)
    {
        if (!offset.StartsWith(_epoch + "-", StringComparison.Ordinal)
            || !long.TryParse(offset.AsSpan(_epoch.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            || last >= _next || last < _next - Count)
        {
            return null;
        }

        var missed = new List<EngineMessage>();
        long bytes = 0;
        for (var at = _entries.Count - (int)(_next - last) + 1; at < _entries.Count; at++)
        {
            if (IsFor(session, _entries[at].To))
            {
                missed.AddRange(_entries[at].Messages);
                bytes += _entries[at].Size;
            }
        }

        return missed.Count <= mostPackets && bytes <= mostBytes ? missed : null;
    }

    internal override void OnDue()
    {
        lock (gate)
        {
            var oldest = deadlines.Now - _life;
            while (Count > 0 && _entries[_start].At < oldest)
            {
                DropFirst();
            }

            while (_order.TryPeek(out var session) && session.LostAt < oldest)
            {
                _order.Dequeue();
                if (_lost.TryGetValue(session.Pid, out var kept) && ReferenceEquals(kept, session))
                {
                    _lost.Remove(session.Pid);
                }
            }

            if (Count > 0 || _order.Count > 0)
            {
                Wake();
            }
        }
    }

    private static bool IsFor(LostSession session, SocketSelection to)
    {
        bool IsIn(string room) => string.Equals(room, session.Id, StringComparison.Ordinal) || session.Rooms.Contains(room, StringComparer.Ordinal);
        return (to.Rooms.Count is 0 || to.Rooms.Any(IsIn)) && !to.Except.Any(IsIn);
    }

    private void DropFirst()
    {
        _bytes -= _entries[_start].Size;
        _entries[_start] = default;
        _start++;
        if (_start > 64 && _start * 2 > _entries.Count)
        {
            _entries.RemoveRange(0, _start);
            _start = 0;
        }
    }

    private void Wake()
    {
        if (Queued is Never)
        {
            deadlines.Set(this, deadlines.Now + (_life / 4));
        }
    }

    private readonly record struct Entry(EngineMessage[] Messages, SocketSelection To, long At, long Size);
}
