using Ecodrix.Channels.WhatsApp;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.Channels.Tests.WhatsApp;

public sealed class SendingRatesTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly SendingRates _rates;

    public SendingRatesTests() => _rates = new SendingRates(80, _clock);

    [Fact]
    public void A_number_sends_eighty_a_second()
    {
        Count(TimeSpan.FromSeconds(10)).ShouldBeInRange(800, 800 + 8);
    }

    [Fact]
    public void One_person_gets_forty_five_at_once_and_then_one_in_six_seconds()
    {
        var atOnce = 0;
        for (; _rates.TryTake("n", "p", TimeSpan.FromSeconds(5), out var wait); atOnce++)
        {
            _clock.Advance(wait);
        }

        atOnce.ShouldBe(45);
        _rates.TryTake("n", "other", TimeSpan.FromSeconds(1), out _).ShouldBeTrue();
        _clock.Advance(TimeSpan.FromSeconds(6));
        _rates.TryTake("n", "p", TimeSpan.FromMilliseconds(100), out _).ShouldBeTrue();
        _rates.TryTake("n", "p", TimeSpan.FromMilliseconds(100), out _).ShouldBeFalse();
    }

    [Fact]
    public void A_refused_take_takes_nothing_and_says_how_long()
    {
        while (_rates.TryTake("n", Person(), TimeSpan.Zero, out _))
        {
        }

        _rates.TryTake("n", Person(), TimeSpan.Zero, out var first).ShouldBeFalse();
        _rates.TryTake("n", Person(), TimeSpan.Zero, out var second).ShouldBeFalse();
        second.ShouldBe(first);
        first.ShouldBe(TimeSpan.FromSeconds(1.0 / 80));
    }

    [Fact]
    public void A_number_told_to_slow_down_pauses_halves_its_rate_and_recovers()
    {
        _rates.SlowNumber("n").ShouldBe(_clock.GetUtcNow().AddSeconds(1));

        _rates.TryTake("n", "p", TimeSpan.FromMilliseconds(999), out _).ShouldBeFalse();
        _rates.TryTake("other", "p", TimeSpan.Zero, out _).ShouldBeTrue();

        _clock.Advance(TimeSpan.FromSeconds(1));
        Count(TimeSpan.FromSeconds(5)).ShouldBeInRange(200, 208);

        _clock.Advance(TimeSpan.FromMinutes(3));
        Count(TimeSpan.FromSeconds(5)).ShouldBeInRange(400, 408);
    }

    [Fact]
    public void A_number_with_a_throughput_of_its_own_sends_at_that()
    {
        _rates.SetCeiling("n", 20);

        Count(TimeSpan.FromSeconds(10)).ShouldBeInRange(200, 208);
    }

    [Fact]
    public void Naming_the_same_throughput_again_does_not_undo_a_slowing()
    {
        _rates.SlowNumber("n");
        _clock.Advance(TimeSpan.FromSeconds(1));

        _rates.SetCeiling("n", 80);

        Count(TimeSpan.FromSeconds(5)).ShouldBeInRange(200, 208);
    }

    [Fact]
    public void A_person_told_to_wait_waits_longer_each_time_until_a_message_is_taken()
    {
        double[] waits = [1, 4, 16, 64, 256, 256];
        foreach (var seconds in waits)
        {
            _rates.SlowPair("n", "p").ShouldBe(_clock.GetUtcNow().AddSeconds(seconds));
        }

        _rates.TryTake("n", "other", TimeSpan.FromMilliseconds(100), out _).ShouldBeTrue();

        _rates.Succeeded("n", "p");
        _rates.SlowPair("n", "p").ShouldBe(_clock.GetUtcNow().AddSeconds(1));
    }

    private int _people;

    private string Person() => $"p{_people++}";

    private int Count(TimeSpan during)
    {
        var until = _clock.GetUtcNow() + during;
        var count = 0;
        while (_clock.GetUtcNow() < until)
        {
            if (_rates.TryTake("n", Person(), TimeSpan.Zero, out var wait))
            {
                count++;
            }
            else
            {
                _clock.Advance(wait);
            }
        }

        return count;
    }

    [Theory]
    [InlineData(1, 8)]
    [InlineData(2, 4)]
    [InlineData(20, 1)]
    public async Task Of_several_processes_that_cannot_ask_for_the_whole_each_sends_its_share(int sharers, int atOnce)
    {
        var rates = new SendingRates(80, _clock, new Apart(sharers));

        var taken = 0;
        while (taken < 100 && (await rates.TakeAsync("1", $"person {taken}", TimeSpan.Zero, TestContext.Current.CancellationToken)).IsTaken)
        {
            taken++;
        }

        taken.ShouldBe(atOnce);
    }

    /// <summary>So many processes, none of which can ask.</summary>
    private sealed class Apart(int sharers) : ISharedRates
    {
        public int Sharers => sharers;

        public ValueTask<RateTurn?> TakeAsync(IReadOnlyList<SharedRate> rates, TimeSpan longestWait, CancellationToken cancellationToken) => ValueTask.FromResult<RateTurn?>(null);

        public ValueTask BlockAsync(string name, TimeSpan pause) => ValueTask.CompletedTask;
    }
}
