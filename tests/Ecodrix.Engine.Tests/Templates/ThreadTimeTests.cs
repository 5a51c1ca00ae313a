using System.Diagnostics;
using Ecodrix.Engine.Templates;

namespace Ecodrix.Engine.Tests.Templates;

public sealed class ThreadTimeTests
{
    [Fact]
    public void A_thread_that_works_uses_time()
    {
        var before = ThreadTime.Now();

        while (ThreadTime.Now() - before < TimeSpan.FromMilliseconds(5))
        {
            Thread.SpinWait(1_000);
        }

        ThreadTime.Now().ShouldBeGreaterThan(before);
    }

    [Fact]
    public void A_thread_that_waits_uses_none()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells a thread's own time.");
        using var never = new ManualResetEventSlim();
        var (before, started) = (ThreadTime.Now(), Stopwatch.GetTimestamp());

        never.Wait(TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken);

        (ThreadTime.Now() - before).ShouldBeLessThan(Stopwatch.GetElapsedTime(started) / 2);
    }
}
