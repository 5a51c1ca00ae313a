using System.Diagnostics;
using System.Text.Json;
using Ecodrix.Bench.Serving;
using Ecodrix.Engine.Jobs;
using Ecodrix.Server;
using Ecodrix.Storage;

namespace Ecodrix.Bench;

/// <summary>How fast the queue alone goes: jobs that do nothing, claimed under a lease and settled, on real files.</summary>
internal static class NoOpJobs
{
    private const string JobType = "bench_nothing";

    private const string Code = "BENCH";

    private const int Jobs = 100_000;

    private static readonly TimeSpan UntilDue = TimeSpan.FromSeconds(15);

    public static async Task RunAsync(Table table, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("ecodrix-bench-");
        foreach (var (name, value) in ServerUnderTest.SettingsFor(folder))
        {
            Environment.SetEnvironmentVariable(name, value);
        }

        var nothing = new Nothing(Jobs);
        await using (var app = EngineHost.Build([], replace: builder => builder.Services.AddSingleton<IWorkHandler>(nothing)))
        {
            await app.StartAsync(cancellationToken);
            await ServerUnderTest.CreateClientAsync(new Uri(app.Urls.First()), Code, cancellationToken);
            var due = await AddAsync(app.Services, cancellationToken);
            await Task.Delay(due - TimeProvider.System.GetUtcNow(), TimeProvider.System, cancellationToken);

            var started = Stopwatch.GetTimestamp();
            await nothing.AllDone.WaitAsync(cancellationToken);
            table.AddRate("no-op jobs drained", Jobs, Stopwatch.GetElapsedTime(started));
            await app.StopAsync(cancellationToken);
        }

        folder.Delete(recursive: true);
    }

    private static async Task<DateTimeOffset> AddAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var tenant = TenantId.Parse(Code);
        var work = services.GetRequiredService<IServicesDatabase>().Documents<WorkItem>();
        var now = TimeProvider.System.GetUtcNow();
        foreach (var chunk in Enumerable.Range(0, Jobs).Chunk(1_000))
        {
            await work.AddManyAsync([.. chunk.Select(_ => JobAt(tenant, now, now + UntilDue))], cancellationToken);
        }

        return now + UntilDue;
    }

    private static WorkItem JobAt(TenantId tenant, DateTimeOffset now, DateTimeOffset due) => new()
    {
        Id = DocumentId.New(now),
        Tenant = tenant.Value,
        Type = JobType,
        CreatedAt = now,
        RunAt = due,
        DueAt = due,
    };

    private sealed class Nothing(int jobs) : IWorkHandler
    {
        private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int left = jobs;

        public string Type => JobType;

        public Task AllDone => done.Task;

        public Task<WorkOutcome> AdvanceAsync(
            ITenantDatabase database, WorkItem work, Func<JsonElement, Task<bool>> recordEffectAsync, CancellationToken cancellationToken)
        {
            if (Interlocked.Decrement(ref left) == 0)
            {
                done.SetResult();
            }

            return Task.FromResult<WorkOutcome>(new WorkOutcome.Done());
        }
    }
}
