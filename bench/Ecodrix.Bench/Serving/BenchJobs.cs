using System.Collections.Concurrent;
using System.Text.Json;
using Ecodrix.Engine;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;
using Microsoft.AspNetCore.Mvc;

namespace Ecodrix.Bench.Serving;

/// <summary>Jobs that only benchmarks have: a flood in the bulk lane, and jobs that tell how late they were begun.</summary>
internal static class BenchJobs
{
    private const string FloodType = "bench_flood";

    private const string PunctualType = "bench_punctual";

    public static void AddBenchJobs(this IServiceCollection services) =>
        services.AddSingleton<IWorkHandler, Flood>().AddSingleton<Punctual>().AddSingleton<IWorkHandler>(provider => provider.GetRequiredService<Punctual>());

    public static void MapBenchJobs(this WebApplication app)
    {
        app.MapGet("/bench/busy", async (IServicesDatabase services, CancellationToken cancellationToken) =>
        {
            var isBusy = await IsBusyAsync(services, cancellationToken);
            return TypedResults.Text(JsonSerializer.Serialize(new { data = isBusy }), "application/json");
        });
        app.MapPost("/bench/flood", async (FloodRequest request, IServicesDatabase services, CancellationToken cancellationToken) =>
        {
            var now = TimeProvider.System.GetUtcNow();
            await AddAsync(services, FloodType, [.. Enumerable.Range(0, request.Count).Select(_ => (request.Tenant, now))], request.IsBulk ? Lane.Bulk : Lane.Interactive, cancellationToken);
            return TypedResults.Text("""{"data":{}}""", "application/json");
        });
        app.MapPost("/bench/punctual", async (PunctualRequest request, IServicesDatabase services, IWorkControl control, [FromServices] Punctual punctual, CancellationToken cancellationToken) =>
        {
            var start = TimeProvider.System.GetUtcNow().AddSeconds(1);
            await AddAsync(
                services,
                PunctualType,
                [.. Enumerable.Range(0, request.Count).Select(number => (request.Tenants[number % request.Tenants.Count], start.AddMilliseconds(10 * number)))],
                Lane.Interactive,
                cancellationToken);

            // As whoever accepts work does: what comes due sooner than the next look is looked for in time.
            control.Wake();
            var late = await punctual.TakeAsync(request.Count, cancellationToken);
            return TypedResults.Text(JsonSerializer.Serialize(new { data = late }), "application/json");
        });
    }

    /// <summary>Whether anything is due or being done, of any tenant. Asked often, so that it must cost the server next to nothing.</summary>
    private static async Task<bool> IsBusyAsync(IServicesDatabase services, CancellationToken cancellationToken)
    {
        var soon = TimeProvider.System.GetUtcNow() + new EngineOptions().Lease;
        foreach (var lane in Enum.GetValues<Lane>())
        {
            var due = new Condition.All(WorkItem.InLane(lane), Condition.Lte("dueAt", Instants.Write(soon)));
            if (await services.Documents<WorkItem>().CountAsync(due, 1, cancellationToken) > 0)
            {
                return true;
            }
        }

        return false;
    }

    private static async Task AddAsync(
        IServicesDatabase services, string type, IReadOnlyList<(string Tenant, DateTimeOffset Due)> jobs, Lane lane, CancellationToken cancellationToken)
    {
        var now = TimeProvider.System.GetUtcNow();
        foreach (var chunk in jobs.Chunk(1_000))
        {
            var items = chunk.Select(job => new WorkItem
            {
                Id = DocumentId.New(now),
                Tenant = job.Tenant,
                Type = type,
                Lane = lane,
                CreatedAt = now,
                RunAt = job.Due,
                DueAt = job.Due,
            });
            await services.Documents<WorkItem>().AddManyAsync([.. items], cancellationToken);
        }
    }

    internal sealed record FloodRequest(string Tenant, int Count, bool IsBulk);

    /// <param name="Tenants">They get the jobs in turns.</param>
    internal sealed record PunctualRequest(IReadOnlyList<string> Tenants, int Count);

    /// <summary>Takes 20 ms, as a slice of a broadcast takes its time with the provider.</summary>
    private sealed class Flood : IWorkHandler
    {
        public string Type => FloodType;

        public async Task<WorkOutcome> AdvanceAsync(
            ITenantDatabase database, WorkItem work, Func<JsonElement, Task<bool>> recordEffectAsync, CancellationToken cancellationToken)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
            return new WorkOutcome.Done();
        }
    }

    /// <summary>Notes how long after its due time each job was begun: the look for due work and the claim are in between.</summary>
    internal sealed class Punctual : IWorkHandler
    {
        private readonly ConcurrentQueue<double> late = new();

        public string Type => PunctualType;

        public Task<WorkOutcome> AdvanceAsync(
            ITenantDatabase database, WorkItem work, Func<JsonElement, Task<bool>> recordEffectAsync, CancellationToken cancellationToken)
        {
            late.Enqueue((TimeProvider.System.GetUtcNow() - work.RunAt).TotalMilliseconds);
            return Task.FromResult<WorkOutcome>(new WorkOutcome.Done());
        }

        /// <summary>Waits for so many and forgets them.</summary>
        /// <returns>In milliseconds.</returns>
        public async Task<IReadOnlyList<double>> TakeAsync(int count, CancellationToken cancellationToken)
        {
            while (late.Count < count)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken);
            }

            var taken = late.ToArray();
            late.Clear();
            return taken;
        }
    }
}
