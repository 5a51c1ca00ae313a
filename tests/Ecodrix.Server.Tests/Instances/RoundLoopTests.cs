using Ecodrix.Engine;
using Ecodrix.Server.Instances;
using Ecodrix.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.Server.Tests.Instances;

/// <summary>What is done from time to time goes on, whatever one round comes to.</summary>
public sealed class RoundLoopTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_outage_puts_a_round_off_to_the_next_one()
    {
        var clock = new FakeTimeProvider();
        using var began = new SemaphoreSlim(0);
        var times = 0;
        using var loop = Loop(clock, _ =>
        {
            var number = Interlocked.Increment(ref times);
            began.Release();
            return number == 1 ? throw new DatabaseUnavailableException() : Task.CompletedTask;
        });
        await loop.StartAsync(Cancelled);

        for (var round = 1; round <= 3; round++)
        {
            await AdvanceAsync(clock, began);
        }

        await loop.StopAsync(Cancelled);
        times.ShouldBeGreaterThanOrEqualTo(3);
    }

    [Fact]
    public async Task An_end_ends_a_round_under_way()
    {
        var clock = new FakeTimeProvider();
        using var began = new SemaphoreSlim(0);
        using var loop = Loop(clock, token =>
        {
            began.Release();
            return Task.Delay(Timeout.InfiniteTimeSpan, clock, token);
        });
        await loop.StartAsync(Cancelled);
        await AdvanceAsync(clock, began);

        await loop.StopAsync(Cancelled).WaitAsync(TimeSpan.FromSeconds(10), Cancelled);
    }

    // The loop's timer is made on a thread of its own.
    private static async Task AdvanceAsync(FakeTimeProvider clock, SemaphoreSlim began)
    {
        for (var turn = 0; ; turn++)
        {
            turn.ShouldBeLessThan(500);
            clock.Advance(TimeSpan.FromMinutes(10));
            if (await began.WaitAsync(20, Cancelled))
            {
                return;
            }
        }
    }

    private RoundLoop Loop(TimeProvider clock, Func<CancellationToken, Task> doAsync)
    {
        var engine = Microsoft.Extensions.Options.Options.Create(new EngineOptions());
        var rounds = new Rounds(server.Services.GetRequiredService<IServicesDatabase>(), engine, clock);
        return new RoundLoop(new RoundPlan("tests", TimeSpan.FromMinutes(10), doAsync), rounds, clock, NullLogger<RoundLoop>.Instance);
    }
}
