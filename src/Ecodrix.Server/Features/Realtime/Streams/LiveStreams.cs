using System.Collections.Concurrent;
using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Features.Realtime.Watching;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Realtime.Streams;

/// <summary>The streams of all tenants, each on its own way: one whose database is slow holds nobody else.</summary>
/// <remarks>Ends when all else has stopped, and writes what was told last.</remarks>
internal sealed partial class LiveStreams(
    History history, Watchers watchers, IEnumerable<ILiveOutlet> outlets, ITenantClock clocks, TimeProvider clock, ILogger<LiveStream> logger) : IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan LastMoment = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<TenantId, LiveStream> streams = [];

    private readonly CancellationTokenSource stopping = new();

    private LiveParts? parts;

    private Task? ending;

    public void Publish(TenantId tenant, RealtimeEvent told) =>
        streams.GetOrAdd(tenant, static (one, self) => new LiveStream(one, self.Parts, self.Logger), this).Publish(told);

    /// <summary>Holds nothing for a tenant that is not watched any more.</summary>
    public void Forget(TenantId tenant) => streams.TryRemove(tenant, out _);

    /// <summary>Ends when everything that was published before is delivered. For tests, and for the end.</summary>
    internal Task WrittenAsync() => Task.WhenAll(streams.Values.Select(stream => stream.Work));

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>A host may stop it twice, and dispose of it when the second of them is over: both wait for the one end.</summary>
    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        lock (stopping)
        {
            return ending ??= WriteLastAsync(cancellationToken);
        }
    }

    public void Dispose() => stopping.Dispose();

    private async Task WriteLastAsync(CancellationToken cancellationToken)
    {
        var written = WrittenAsync();
        await Task.WhenAny(written, Task.Delay(LastMoment, clock, cancellationToken));
        if (written.IsCompletedSuccessfully)
        {
            await EndAsync(cancellationToken);
        }

        await stopping.CancelAsync();
    }

    private async Task EndAsync(CancellationToken cancellationToken)
    {
        try
        {
            await watchers.EndAloneAsync(cancellationToken);
        }
        catch (DatabaseUnavailableException failure)
        {
            LogNotEnded(failure);
        }
    }

    private LiveParts Parts => parts ??= new LiveParts(history, watchers, [.. outlets], clocks, clock, stopping.Token);

    private ILogger<LiveStream> Logger => logger;

    [LoggerMessage(LogLevel.Warning, "That everything was told could not be written down; at the next start dashboards are told to read anew.")]
    private partial void LogNotEnded(Exception failure);
}
