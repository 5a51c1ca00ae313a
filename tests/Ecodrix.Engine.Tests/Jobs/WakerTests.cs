using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Tests.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.Engine.Tests.Jobs;

/// <summary>What wakes the loop that looks for due work.</summary>
public sealed class WakerTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    private readonly FakeTimeProvider clock = new();
    private readonly Waker waker;

    public WakerTests() => waker = new Waker(new NobodyElse(), clock);

    [Theory]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(11)]
    public async Task A_time_that_comes_just_as_it_is_looked_for_is_not_missed(int ticks)
    {
        waker.WakeAt(clock.GetUtcNow() + (ticks * Tick));
        (await WaitAsync()).ShouldBeTrue("there is a new time to wait for");
        clock.AutoAdvanceAmount = Tick;

        var wakes = 0;
        for (var turn = 0; turn < 2 * ticks; turn++)
        {
            wakes += await WaitAsync() ? 1 : 0;
        }

        wakes.ShouldBe(1);
    }

    [Fact]
    public async Task Who_calls_is_heard_at_once_and_once()
    {
        waker.Wake();
        waker.Wake();

        (await WaitAsync()).ShouldBeTrue();
        (await WaitAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task A_later_time_does_not_take_the_place_of_a_sooner_one()
    {
        waker.WakeAt(clock.GetUtcNow() + Tick);
        waker.WakeAt(clock.GetUtcNow() + TimeSpan.FromDays(1));
        (await WaitAsync()).ShouldBeTrue();

        (await WaitAsync()).ShouldBeTrue();
        (await WaitAsync()).ShouldBeFalse();
    }

    private async Task<bool> WaitAsync()
    {
        var waiting = waker.WaitAsync(Tick, EngineTests.Cancelled);
        clock.Advance(Tick);
        return await waiting;
    }
}
