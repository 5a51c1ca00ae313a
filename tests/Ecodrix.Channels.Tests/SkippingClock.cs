using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.Channels.Tests;

/// <summary>A clock that stands still, save that a wait of one certain length is over at once and moves it by that much.</summary>
internal sealed class SkippingClock(TimeSpan skipped) : TimeProvider
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 15, 9, 30, 0, TimeSpan.Zero));

    public override TimeZoneInfo LocalTimeZone => _clock.LocalTimeZone;

    public override long TimestampFrequency => _clock.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => _clock.GetUtcNow();

    public override long GetTimestamp() => _clock.GetTimestamp();

    public void Advance(TimeSpan by) => _clock.Advance(by);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = _clock.CreateTimer(callback, state, dueTime, period);
        if (dueTime == skipped)
        {
            _clock.Advance(dueTime);
        }

        return timer;
    }
}
