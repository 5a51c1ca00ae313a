using CsCheck;
using Ecodrix.Channels.Callbacks;

namespace Ecodrix.Channels.Tests.Callbacks;

public sealed class CallbackScheduleTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 15, 9, 30, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1, "00:00:05")]
    [InlineData(2, "00:05:00")]
    [InlineData(3, "00:30:00")]
    [InlineData(4, "02:00:00")]
    [InlineData(5, "05:00:00")]
    [InlineData(6, "10:00:00")]
    [InlineData(7, "14:00:00")]
    [InlineData(8, "20:00:00")]
    [InlineData(9, "1.00:00:00")]
    public void Each_failed_attempt_is_followed_by_its_wait(int made, string wait) =>
        CallbackSchedule.Next(made, Now, notBefore: null, jitter: 0.5).ShouldBe(Now + TimeSpan.Parse(wait, System.Globalization.CultureInfo.InvariantCulture));

    [Fact]
    public void After_the_tenth_there_is_none()
    {
        CallbackSchedule.Attempts.ShouldBe(10);
        CallbackSchedule.Next(10, Now, notBefore: null, jitter: 0.5).ShouldBeNull();
    }

    [Fact]
    public void Jitter_stays_within_a_fifth() =>
        Gen.Select(Gen.Int[1, 9], Gen.Double[0, 1]).Sample((made, jitter) =>
        {
            var plain = CallbackSchedule.Next(made, Now, notBefore: null, 0.5)!.Value - Now;
            var jittered = CallbackSchedule.Next(made, Now, notBefore: null, jitter)!.Value - Now;

            (jittered / plain).ShouldBeInRange(0.799999, 1.200001);
        });

    [Fact]
    public void What_the_receiver_asked_for_delays_and_never_hastens()
    {
        CallbackSchedule.Next(1, Now, Now.AddHours(1), jitter: 0.5).ShouldBe(Now.AddHours(1));
        CallbackSchedule.Next(3, Now, Now.AddSeconds(1), jitter: 0.5).ShouldBe(Now.AddMinutes(30));
    }
}
