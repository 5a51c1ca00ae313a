namespace Ecodrix.Channels.WhatsApp;

/// <summary>
/// A token bucket kept as one instant, the time at which it would be empty of debt (the generic cell rate algorithm). Not safe for
/// concurrent use: its owner locks.
/// </summary>
internal sealed class RateBucket(TimeSpan interval, double burst)
{
    private DateTimeOffset _settled;
    private DateTimeOffset _blockedUntil;

    /// <summary>The time between two tokens.</summary>
    public TimeSpan Interval { get; set; } = interval;

    /// <summary>True when forgetting this bucket changes nothing.</summary>
    public bool IsIdle(DateTimeOffset now) => _settled <= now && _blockedUntil <= now;

    public double Burst => burst;

    /// <summary>How long until a token is free; zero when one is.</summary>
    /// <param name="sharers">Among how many processes the bucket is shared: here a token costs as many as there are, so that their number may change at any time.</param>
    public TimeSpan WaitAt(DateTimeOffset now, int sharers = 1)
    {
        // However small the whole is, each has room for one.
        var free = _settled - now - (Math.Max(0, burst - sharers) * Interval);
        var unblocked = _blockedUntil - now;
        var wait = free > unblocked ? free : unblocked;
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }

    /// <summary>Takes the next token, whose time may lie ahead.</summary>
    public void Take(DateTimeOffset now, int sharers = 1) => _settled = (_settled > now ? _settled : now) + (sharers * Interval);

    public void BlockUntil(DateTimeOffset until) => _blockedUntil = until > _blockedUntil ? until : _blockedUntil;
}
