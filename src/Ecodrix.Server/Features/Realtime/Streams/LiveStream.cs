using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Features.Realtime.Watching;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Realtime.Streams;

/// <summary>One tenant's way from what is published to what is numbered, written down and delivered: one batch after the other.</summary>
/// <remarks>
/// While a batch is being written the next gathers, so a busy tenant costs few writes and a quiet one waits for nothing.
/// A crash loses what was gathered and not yet written: it had no number, so nobody waits for it.
/// </remarks>
internal sealed partial class LiveStream(TenantId tenant, LiveParts parts, ILogger<LiveStream> logger)
{
    private const int MostInBatch = 256;

    private const int MostBatchBytes = 512 * 1024;

    /// <summary>While the tenant's database does not answer so much is kept; past it all is dropped, and everybody is told that something is missing.</summary>
    private const int MostWaiting = 10_000;

    private const int MostWaitingBytes = 16 * 1024 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();

    private List<Told> waiting = [];

    private int waitingBytes;

    private bool isRunning;

    private bool isBroken;

    private StreamHead? head;

    private int sinceTrim = Keeping.BetweenTrims;

    private long trimmedAt;

    /// <summary>Ends when nothing waits any more.</summary>
    public Task Work { get; private set; } = Task.CompletedTask;

    /// <summary>Returns at once.</summary>
    public void Publish(RealtimeEvent told)
    {
        lock (gate)
        {
            if (waiting.Count >= MostWaiting || waitingBytes > MostWaitingBytes)
            {
                Drop();
            }

            waiting.Add(new Told(told, parts.Clocks.Now(tenant)));
            waitingBytes += told.Bytes;
            if (!isRunning)
            {
                isRunning = true;
                Work = RunAsync();
            }
        }
    }

    private async Task RunAsync()
    {
        // Out of the publisher's way.
        await Task.Yield();
        while (Take() is { } batch)
        {
            try
            {
                await WriteAsync(batch);
            }
            catch (Exception failure)
            {
                LogNotTold(tenant.Value, failure);
                Break();
            }
        }
    }

    private async Task WriteAsync(NewEvents batch)
    {
        if (await AppendAsync(batch) is not { } appended)
        {
            // Nobody looks any more.
            head = null;
            return;
        }

        head = appended.Head;
        sinceTrim += appended.Entries.Count;
        await DeliverAsync(batch, appended);
        await TrimAsync(appended);
    }

    private async Task<Appended?> AppendAsync(NewEvents batch)
    {
        while (parts.Watchers.Find(tenant.Value) is { } watch)
        {
            try
            {
                // Not to be torn: an unanswered write could have numbered them.
                return await parts.History.AppendAsync(tenant, head, batch with { Period = watch.Period }, CancellationToken.None);
            }
            catch (DatabaseUnavailableException failure)
            {
                head = null;
                LogNotWritten(tenant.Value, failure);
                await Task.Delay(Patience, parts.Clock, parts.Stopping);
            }
        }

        return null;
    }

    // What is not delivered has its number, and whoever misses it finds it in the history.
    private async Task DeliverAsync(NewEvents batch, Appended appended)
    {
        try
        {
            List<LiveEvent> events = [.. appended.Entries.Zip(batch.Told, (entry, told) => new LiveEvent(entry, told.Event))];
            foreach (var outlet in parts.Outlets)
            {
                await outlet.DeliverAsync(tenant, events, parts.Stopping);
            }
        }
        catch (Exception failure) when (!parts.Stopping.IsCancellationRequested)
        {
            LogNotDelivered(tenant.Value, failure);
        }
    }

    private async Task TrimAsync(Appended appended)
    {
        if (appended.Full is null || (sinceTrim < Keeping.BetweenTrims && parts.Clock.GetElapsedTime(trimmedAt) < Keeping.Between))
        {
            return;
        }

        try
        {
            head = await parts.History.TrimAsync(tenant, appended.Head, CancellationToken.None); // Short, and what it leaves undone the next one does.
            sinceTrim = 0;
            trimmedAt = parts.Clock.GetTimestamp();
        }
        catch (DatabaseUnavailableException failure)
        {
            head = null;
            LogNotTrimmed(tenant.Value, failure);
        }
    }

    /// <returns>Null when nothing waits: the run ends.</returns>
    private NewEvents? Take()
    {
        lock (gate)
        {
            if (waiting.Count == 0)
            {
                isRunning = false;
                return null;
            }

            var bytes = 0;
            var taken = waiting.TakeWhile((told, number) => number == 0 || (number < MostInBatch && (bytes += told.Event.Bytes) < MostBatchBytes)).ToList();
            waiting = waiting[taken.Count..];
            waitingBytes -= taken.Sum(told => told.Event.Bytes);
            var batch = new NewEvents(taken, "", isBroken);
            isBroken = false;
            return batch;
        }
    }

    private void Break()
    {
        lock (gate)
        {
            isBroken = true;
            head = null;
        }
    }

    private void Drop()
    {
        LogTooMany(tenant.Value, waiting.Count);
        waiting = [];
        waitingBytes = 0;
        isBroken = true;
    }

    [LoggerMessage(LogLevel.Warning, "What happened with {Tenant} could not be written down for its dashboards; it is tried again.")]
    private partial void LogNotWritten(string tenant, Exception failure);

    [LoggerMessage(LogLevel.Warning, "What happened with {Tenant} could not be delivered; its dashboards find it in the history.")]
    private partial void LogNotDelivered(string tenant, Exception failure);

    [LoggerMessage(LogLevel.Warning, "The realtime history of {Tenant} could not be cut off; that is tried again.")]
    private partial void LogNotTrimmed(string tenant, Exception failure);

    [LoggerMessage(LogLevel.Error, "Something that happened with {Tenant} could not be told to its dashboards; they are told that something is missing.")]
    private partial void LogNotTold(string tenant, Exception failure);

    [LoggerMessage(LogLevel.Warning, "{Count} events of {Tenant} are not told to its dashboards: its database takes none.")]
    private partial void LogTooMany(string tenant, int count);
}

/// <summary>What all streams share.</summary>
/// <param name="Stopping">Ends the waiting for a database that does not answer.</param>
internal sealed record LiveParts(
    History History, Watchers Watchers, IReadOnlyList<ILiveOutlet> Outlets, ITenantClock Clocks, TimeProvider Clock, CancellationToken Stopping);
