using System.Collections.Concurrent;
using Ecodrix.Engine.Jobs;

namespace Ecodrix.Engine.Tests.Jobs;

public sealed class FairProcessorTests
{
    private readonly FairProcessor processor = new(width: 1);

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
        var (before, after, other) = (TaskScheduler.Default, TaskScheduler.Default, TaskScheduler.Default);

        await processor.RunAsync("acme", async () =>
        {
            before = TaskScheduler.Current;
            await Task.Yield();
            after = TaskScheduler.Current;
        });
        await On("globex", () => other = TaskScheduler.Current);

        after.ShouldBeSameAs(before);
        other.ShouldNotBeSameAs(before);
    }

    [Fact]
    public async Task One_that_has_had_nothing_goes_before_what_waits_of_a_busy_one()
    {
        var order = new ConcurrentQueue<string>();
        using var gate = new ManualResetEventSlim();
        var closed = On("busy", gate.Wait);
        var flood = Enumerable.Range(0, 200).Select(_ => On("busy", () => order.Enqueue("busy"))).ToList();
        var guest = On("guest", () => order.Enqueue("guest"));

        gate.Set();
        await Task.WhenAll([closed, .. flood, guest]);

        // Each fourth turn is the busy one's.
        order.TakeWhile(who => who is "busy").Count().ShouldBeLessThanOrEqualTo(1);
    }

    [Fact]
    public async Task What_finds_work_for_all_goes_before_every_tenant_and_so_does_what_follows_it()
    {
        var order = new ConcurrentQueue<string>();
        using var gate = new ManualResetEventSlim();
        var closed = On("busy", gate.Wait);
        var tenants = Enumerable.Range(0, 200).Select(number => On($"tenant{number}", () => order.Enqueue("tenant"))).ToList();
        var first = processor.RunFirstAsync(async () =>
        {
            order.Enqueue("first");
            await Task.Yield();
            order.Enqueue("first");
        });

        gate.Set();
        await Task.WhenAll([closed, .. tenants, first]);

        // Each fourth turn is theirs who have much under way.
        order.Take(3).Count(who => who is "first").ShouldBe(2);
    }

    [Fact]
    public async Task One_with_much_less_under_way_goes_first_though_it_has_had_more()
    {
        var order = new ConcurrentQueue<string>();
        await On("light", () => Thread.SpinWait(5_000_000));
        using var gate = new ManualResetEventSlim();
        var closed = On("busy", gate.Wait);
        var flood = Enumerable.Range(0, 200).Select(number => On($"busy{number % 3}", () => order.Enqueue("busy"))).ToList();
        var light = On("light", () => order.Enqueue("light"));

        gate.Set();
        await Task.WhenAll([closed, .. flood, light]);

        order.TakeWhile(who => who is "busy").Count().ShouldBeLessThanOrEqualTo(1);
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
        processor.RunAsync(tenant, () =>
        {
            piece();
            return Task.CompletedTask;
        });
}
