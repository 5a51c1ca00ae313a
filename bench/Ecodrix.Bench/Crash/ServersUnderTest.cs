using Ecodrix.Bench.Serving;

namespace Ecodrix.Bench.Crash;

/// <summary>What the harness ends: one server on files, or several that share databases on a server.</summary>
internal sealed class ServersUnderTest : IAsyncDisposable
{
    private readonly ServerDatabases? databases;

    private readonly LeaseWatch? leases;

    private readonly TemporaryFolder? media;

    /// <param name="settings">Beside those of where documents are kept.</param>
    /// <param name="switches">For <see cref="Served"/>.</param>
    public ServersUnderTest(CrashPlan plan, IReadOnlyDictionary<string, string> settings, params string[] switches)
    {
        if (plan.MongoDb is { } uri)
        {
            databases = new ServerDatabases(uri);
            leases = new LeaseWatch(databases.Services);
            media = new TemporaryFolder();
            settings = settings.Concat(databases.Settings).Append(new("ECODRIX_STORAGE", $"file:{media.Path}")).ToDictionary(StringComparer.Ordinal);
        }

        All = [.. Enumerable.Range(0, plan.Instances).Select(_ => new ServerUnderTest(settings, switches))];
    }

    public IReadOnlyList<ServerUnderTest> All { get; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var server in All)
        {
            await server.StartAsync(cancellationToken);
        }
    }

    /// <summary>Begins to look at what a process held that was just killed.</summary>
    /// <returns>Null where files are the database: there a start frees what an earlier process held.</returns>
    public Task<Takeover>? Watch(int processId, DateTimeOffset killedAt, CancellationToken cancellationToken) =>
        leases?.TakenOverAsync(processId, killedAt, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        foreach (var server in All)
        {
            await server.DisposeAsync();
        }

        await (leases?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (databases?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (media?.DisposeAsync() ?? ValueTask.CompletedTask);
    }
}
