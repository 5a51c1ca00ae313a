using System.Collections.Concurrent;
using System.Text.Json;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Tests.Hosting;
using Ecodrix.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Ecodrix.Engine.Tests.Jobs;

public sealed class FairnessTests : EngineTests
{
    private readonly Recorder done = new();

    [Theory]
    [InlineData(Lane.Interactive)]
    [InlineData(Lane.Bulk)]
    public async Task What_lies_behind_thousands_of_another_s_has_its_turn_at_once(Lane lane)
    {
        var engine = await StartAsync(Small, services: services => services.AddSingleton<IWorkHandler>(done));
        await AddAsync(engine, "ACME", lane, 2_000);
        await AddAsync(engine, "BETA", Lane.Interactive, 1);

        await engine.PassAsync(TimeSpan.FromMinutes(1));

        done.Order.Count.ShouldBe(2_001);
        done.Order.IndexOf("BETA").ShouldBeLessThan(40);
    }

    [Fact]
    public async Task What_falls_due_amid_a_long_queue_of_bulk_work_does_not_wait_for_its_end()
    {
        var engine = await StartAsync(Small, services: services => services.AddSingleton<IWorkHandler>(done));
        await AddAsync(engine, "ACME", Lane.Bulk, 2_000);
        done.AtTheHundredth = () => AddAsync(engine, "BETA", Lane.Interactive, 1, TimeSpan.Zero);

        await engine.PassAsync(TimeSpan.FromMinutes(1));

        done.Order.Count.ShouldBe(2_001);
        done.Order.IndexOf("BETA").ShouldBeLessThan(200);
    }

    [Fact]
    public async Task A_long_queue_of_one_that_is_held_holds_nobody_else()
    {
        var engine = await StartAsync(
            Small,
            services: services => services.AddSingleton<IWorkHandler>(done).AddSingleton<IHeldTenants>(new Held("ACME")));
        await AddAsync(engine, "ACME", Lane.Interactive, 500);
        await AddAsync(engine, "BETA", Lane.Interactive, 3);

        await engine.PassAsync(TimeSpan.FromMinutes(1));

        done.Order.ShouldBe(["BETA", "BETA", "BETA"]);
    }

    [Fact]
    public async Task A_tenant_of_three_times_the_weight_has_three_turns_for_each_of_another_s()
    {
        var engine = await StartAsync(
            options => (options.Slots, options.SlotsPerTenant, options.ReservedSlots) = (16, 16, 4),
            services: services => services.AddSingleton<IWorkHandler>(done).AddSingleton<ITenantShares>(new Shares(("ACME", new TenantShare(null, 3)))));
        await AddAsync(engine, "ACME", Lane.Interactive, 300);
        await AddAsync(engine, "BETA", Lane.Interactive, 300);

        await engine.PassAsync(TimeSpan.FromMinutes(1));

        var early = done.Order.Take(200).ToList();
        done.Order.Count.ShouldBe(600);
        early.Count(tenant => tenant is "ACME").ShouldBeInRange(100, 170);
    }

    [Fact]
    public async Task A_turn_is_long_enough_for_what_it_begins_to_be_committed_together()
    {
        var engine = await StartAsync(services: services => services.AddSingleton<IWorkHandler>(done));
        string[] tenants = [.. Enumerable.Range(0, 20).Select(number => $"ACME{number}")];
        foreach (var tenant in tenants)
        {
            await AddAsync(engine, tenant, Lane.Interactive, 100);
        }

        await engine.PassAsync(TimeSpan.FromMinutes(1));

        done.Order.Count.ShouldBe(2_000);

        // Each is welcomed with a few of its own; from then on few have their turn at a time.
        done.Order.Skip(200).Chunk(40).Average(neighbours => neighbours.Distinct(StringComparer.Ordinal).Count()).ShouldBeLessThan(12);
    }

    [Fact]
    public async Task A_tenant_never_has_more_at_work_than_it_was_granted()
    {
        var engine = await StartAsync(
            Small,
            services: services => services.AddSingleton<IWorkHandler>(done).AddSingleton<ITenantShares>(new Shares(("ACME", new TenantShare(2, 1)))));
        await AddAsync(engine, "ACME", Lane.Interactive, 100);

        await engine.PassAsync(TimeSpan.FromMinutes(1));

        done.Order.Count.ShouldBe(100);
        done.MostAtOnce.ShouldBeInRange(1, 2);
    }

    private static void Small(EngineOptions options) => (options.Slots, options.SlotsPerTenant, options.ReservedSlots) = (16, 8, 4);

    private async Task AddAsync(EngineProcess engine, string tenant, Lane lane, int jobs, TimeSpan? wait = null)
    {
        await engine.DatabaseAsync(tenant);
        var now = Clock.GetUtcNow();
        await engine.Queue.Documents.AddManyAsync(
            [.. Enumerable.Range(0, jobs).Select(number => new WorkItem
            {
                Id = DocumentId.New(now),
                Tenant = tenant,
                Type = Recorder.JobType,
                Lane = lane,
                CreatedAt = now,
                RunAt = now,
                DueAt = now + (wait ?? TimeSpan.FromSeconds(30)) + TimeSpan.FromMilliseconds(number),
            })],
            Cancelled);
    }

    private sealed class Recorder : IWorkHandler
    {
        public const string JobType = "record";

        private readonly ConcurrentQueue<string> order = new();
        private int atOnce;
        private int calls;

        public List<string> Order => [.. order];

        public Func<Task>? AtTheHundredth { get; set; }

        public int MostAtOnce { get; private set; }

        public string Type => JobType;

        public async Task<WorkOutcome> AdvanceAsync(
            ITenantDatabase database, WorkItem work, Func<JsonElement, Task<bool>> recordEffectAsync, CancellationToken cancellationToken)
        {
            var now = Interlocked.Increment(ref atOnce);
            MostAtOnce = Math.Max(MostAtOnce, now);
            order.Enqueue(work.Tenant);
            if (Interlocked.Increment(ref calls) == 100 && AtTheHundredth is { } hundredth)
            {
                await hundredth();
            }

            await Task.Yield();
            Interlocked.Decrement(ref atOnce);
            return new WorkOutcome.Done();
        }
    }

    private sealed class Held(string tenant) : IHeldTenants
    {
        public ValueTask<bool> IsHeldAsync(TenantId asked, CancellationToken cancellationToken) =>
            ValueTask.FromResult(string.Equals(asked.Value, tenant, StringComparison.Ordinal));
    }

    private sealed class Shares(params (string Tenant, TenantShare Share)[] granted) : ITenantShares
    {
        public ValueTask<TenantShare> ShareOfAsync(TenantId tenant, CancellationToken cancellationToken) =>
            ValueTask.FromResult(Array.Find(granted, one => string.Equals(one.Tenant, tenant.Value, StringComparison.Ordinal)).Share ?? TenantShare.Equal);
    }
}
