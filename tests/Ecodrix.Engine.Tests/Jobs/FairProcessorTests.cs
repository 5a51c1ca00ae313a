using System.Collections.Concurrent;
using Ecodrix.Engine.Jobs;

namespace Ecodrix.Engine.Tests.Jobs;

public sealed class FairProcessorTests
{
    private readonly FairProcessor processor = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everything_that_is_started_is_run_once()
    {
        var runs = 0;

        var pieces = Enumerable.Range(0, 5_000).Select(i => On($"tenant{i % 50}", () => Interlocked.Increment(ref runs)));
        await Task.WhenAll(pieces);

        runs.ShouldBe(5_000);
    }

    [Fact]
    public async Task What_comes_after_an_await_is_run_in_its_tenants_turn_too()
    {
        var scheduler = processor.Of("acme");

        var after = await Task.Factory.StartNew(
            async () =>
            {
                await Task.Yield();
                return TaskScheduler.Current;
            },
            Cancelled,
            TaskCreationOptions.None,
            scheduler).Unwrap();

        after.ShouldBeSameAs(scheduler);
    }

    [Fact]
    public async Task One_that_has_had_nothing_goes_before_what_waits_of_a_busy_one()
    {
        var order = new ConcurrentQueue<string>();
        using var gate = new ManualResetEventSlim();
        // As many as there are threads, so that all that follows has to wait for its turn.
        var closed = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => On("busy", gate.Wait)).ToList();
        var flood = Enumerable.Range(0, 200).Select(_ => On("busy", () => order.Enqueue("busy"))).ToList();
        var guest = On("guest", () => order.Enqueue("guest"));

        gate.Set();
        await Task.WhenAll([.. closed, .. flood, guest]);

        // Those that were in hand when the gate opened may have gone on first.
        order.TakeWhile(who => who is "busy").Count().ShouldBeLessThanOrEqualTo(2 * Environment.ProcessorCount);
    }

    [Fact]
    public async Task A_piece_that_throws_ends_its_own_task_and_no_other()
    {
        var broken = On("acme", () => throw new InvalidOperationException("broken"));
        var sound = On("acme", () => { });

        await sound;

        (await Should.ThrowAsync<InvalidOperationException>(() => broken)).Message.ShouldBe("broken");
    }

    [Fact]
    public async Task More_tenants_than_it_remembers_are_served_all_the_same()
    {
        var runs = 0;

        await Task.WhenAll(Enumerable.Range(0, 20_500).Select(i => On($"tenant{i}", () => Interlocked.Increment(ref runs))));

        runs.ShouldBe(20_500);
    }

    private Task On(string tenant, Action piece) =>
        Task.Factory.StartNew(piece, Cancelled, TaskCreationOptions.None, processor.Of(tenant));
}
