using Microsoft.Extensions.Logging;

namespace Ecodrix.SocketIO.Clocks;

/// <summary>
/// All that is due some time, on one timer. Putting a deadline off costs nothing: its place in the queue is only looked at when it comes up.
/// </summary>
internal sealed partial class Deadlines : IDisposable
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _clock;
    private readonly ITimer _timer;
    private readonly long _granularity;
    private readonly ILogger _logger;
    private PriorityQueue<Deadline, long> _queue = new();
    private long _armed = Deadline.Never;
    private long _notBefore = long.MinValue;
    private int _leftovers;

    /// <param name="granularity">The least time between two rounds: fewer wake-ups for many connections, each at most this late.</param>
    public Deadlines(TimeProvider clock, TimeSpan granularity, ILogger logger)
    {
        _clock = clock;
        _logger = logger;
        _granularity = Ticks(granularity);
        _timer = clock.CreateTimer(static state => ((Deadlines)state!).RunDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The clock's monotonic timestamp.</summary>
    public long Now => _clock.GetTimestamp();

    /// <summary>How many entries are kept, leftovers included.</summary>
    internal int Count
    {
        get
        {
            lock (_gate)
            {
                return _queue.Count;
            }
        }
    }

    public long Ticks(TimeSpan span) => (long)(span.TotalSeconds * _clock.TimestampFrequency);

    /// <summary>Sets or moves a deadline.</summary>
    /// <param name="due">A timestamp as <see cref="Now"/> gives it.</param>
    public void Set(Deadline deadline, long due)
    {
        lock (_gate)
        {
            if (deadline is { Due: Deadline.Never, Queued: not Deadline.Never })
            {
                _leftovers--;
            }

            deadline.Due = due;
            if (due < deadline.Queued)
            {
                _leftovers += deadline.Queued is Deadline.Never ? 0 : 1;
                deadline.Queued = due;
                _queue.Enqueue(deadline, due);
                Arm();
            }
        }
    }

    public void SetAfter(Deadline deadline, TimeSpan span) => Set(deadline, Now + Ticks(span));

    public void Clear(Deadline deadline)
    {
        lock (_gate)
        {
            if (deadline is { Due: not Deadline.Never, Queued: not Deadline.Never })
            {
                _leftovers++;
            }

            deadline.Due = Deadline.Never;
            if (_leftovers > 64 && _leftovers * 2 > _queue.Count)
            {
                Sweep();
            }
        }
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>Rebuilds the queue without what nobody waits for, so that short connections are not kept by their far deadlines.</summary>
    private void Sweep()
    {
        var kept = new PriorityQueue<Deadline, long>(_queue.Count / 2);
        foreach (var (deadline, key) in _queue.UnorderedItems)
        {
            if (key != deadline.Queued)
            {
                continue;
            }

            if (deadline.Due is Deadline.Never)
            {
                deadline.Queued = Deadline.Never;
            }
            else
            {
                kept.Enqueue(deadline, key);
            }
        }

        (_queue, _leftovers) = (kept, 0);
    }

    private void Arm()
    {
        if (!_queue.TryPeek(out _, out var next) || next >= _armed)
        {
            return;
        }

        _armed = Math.Max(next, _notBefore);
        var wait = Math.Max(0, _armed - _clock.GetTimestamp());

        // Whole milliseconds, rounded up: the system's timers cut the rest off and would fire early.
        _timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling(wait * 1000.0 / _clock.TimestampFrequency)), Timeout.InfiniteTimeSpan);
    }

    private void RunDue()
    {
        foreach (var deadline in TakeDue())
        {
            try
            {
                deadline.OnDue();
            }
            catch (Exception failure)
            {
                // A bug in one connection's deadline must not stop the others' heartbeats.
                LogDeadlineThrew(failure);
            }
        }

        lock (_gate)
        {
            (_armed, _notBefore) = (Deadline.Never, _clock.GetTimestamp() + _granularity);
            Arm();
        }
    }

    private List<Deadline> TakeDue()
    {
        var due = new List<Deadline>();
        lock (_gate)
        {
            var now = _clock.GetTimestamp();
            while (_queue.TryPeek(out var deadline, out var key) && key <= now)
            {
                _queue.Dequeue();
                if (key != deadline.Queued)
                {
                    _leftovers--;
                    continue;
                }

                deadline.Queued = Deadline.Never;
                if (deadline.Due is Deadline.Never)
                {
                    _leftovers--;
                }
                else if (deadline.Due <= now)
                {
                    deadline.Due = Deadline.Never;
                    due.Add(deadline);
                }
                else
                {
                    deadline.Queued = deadline.Due;
                    _queue.Enqueue(deadline, deadline.Due);
                }
            }
        }

        return due;
    }

    [LoggerMessage(LogLevel.Error, "A deadline threw.")]
    private partial void LogDeadlineThrew(Exception failure);
}
