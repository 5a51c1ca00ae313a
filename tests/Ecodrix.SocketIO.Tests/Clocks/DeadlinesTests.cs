using Ecodrix.SocketIO.Clocks;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.SocketIO.Tests.Clocks;

public sealed class DeadlinesTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly Deadlines _deadlines;

    public DeadlinesTests() => _deadlines = new Deadlines(_clock, TimeSpan.Zero, NullLogger.Instance);

    [Fact]
    public void Each_comes_once_at_its_time()
    {
        var (early, late) = (new Counted(), new Counted());
        _deadlines.SetAfter(late, TimeSpan.FromSeconds(2));
        _deadlines.SetAfter(early, TimeSpan.FromSeconds(1));

        _clock.Advance(TimeSpan.FromSeconds(1));
        (early.Count, late.Count).ShouldBe((1, 0));
        _clock.Advance(TimeSpan.FromSeconds(9));
        (early.Count, late.Count).ShouldBe((1, 1));
    }

    [Fact]
    public void One_may_be_put_off_brought_forward_and_taken_back()
    {
        var deadline = new Counted();
        _deadlines.SetAfter(deadline, TimeSpan.FromSeconds(1));
        _deadlines.SetAfter(deadline, TimeSpan.FromSeconds(5));
        _clock.Advance(TimeSpan.FromSeconds(4));
        deadline.Count.ShouldBe(0);

        _deadlines.SetAfter(deadline, TimeSpan.FromMilliseconds(500));
        _clock.Advance(TimeSpan.FromMilliseconds(500));
        deadline.Count.ShouldBe(1);

        _deadlines.SetAfter(deadline, TimeSpan.FromSeconds(1));
        _deadlines.Clear(deadline);
        _clock.Advance(TimeSpan.FromSeconds(10));
        deadline.Count.ShouldBe(1);
    }

    [Fact]
    public void One_that_throws_does_not_stop_the_others()
    {
        var deadline = new Counted();
        _deadlines.SetAfter(new Throwing(), TimeSpan.FromSeconds(1));
        _deadlines.SetAfter(deadline, TimeSpan.FromSeconds(1));

        _clock.Advance(TimeSpan.FromSeconds(1));

        deadline.Count.ShouldBe(1);
    }

    [Fact]
    public void What_is_taken_back_does_not_pile_up()
    {
        for (var count = 0; count < 10_000; count++)
        {
            var deadline = new Counted();
            _deadlines.SetAfter(deadline, TimeSpan.FromSeconds(45));
            _deadlines.SetAfter(deadline, TimeSpan.FromSeconds(10));
            _deadlines.Clear(deadline);
        }

        _deadlines.Count.ShouldBeLessThan(200);
    }

    public void Dispose() => _deadlines.Dispose();

    private sealed class Counted : Deadline
    {
        public int Count { get; private set; }

        internal override void OnDue() => Count++;
    }

    private sealed class Throwing : Deadline
    {
        internal override void OnDue() => throw new InvalidDataException("a bug");
    }
}
