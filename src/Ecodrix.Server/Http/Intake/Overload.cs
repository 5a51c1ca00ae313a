using Ecodrix.Engine.Jobs;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Server.Http.Intake;

/// <summary>Decides whether new work may come in: by the wait for a commit, the unfinished backlog and the room on the disk.</summary>
/// <remarks>Backlog and disk are looked at when someone asks and the figures are old: a server that is not asked looks at nothing.</remarks>
internal sealed partial class Overload(
    IStorageLoad load, IServicesDatabase services, IDiskSpace disk, OverloadLimits limits, TimeProvider clock, ILogger<Overload> logger)
{
    private static readonly TimeSpan WhenMuchIsUnfinished = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan WhenTheDiskIsFull = TimeSpan.FromSeconds(60);

    private readonly IDocuments<WorkItem> work = services.Documents<WorkItem>();

    private readonly Lock gate = new();

    private Task looking = Task.CompletedTask;

    private long? lookedAt;

    private Failure? known;

    /// <returns>Null when new work may come in.</returns>
    public async ValueTask<Failure?> RefusalAsync()
    {
        if (load.ExpectedWait is var wait && wait > limits.LongestWait)
        {
            return new Failure(OverloadErrors.TooMuchToWrite) { RetryAfter = wait };
        }

        var look = LookWhenOld();
        if (Volatile.Read(ref known) is not null)
        {
            // What stood in the way may be gone: the first who comes then is not to be refused.
            await look;
        }

        return Volatile.Read(ref known);
    }

    private Task LookWhenOld()
    {
        lock (gate)
        {
            if (looking.IsCompleted && (lookedAt is not { } at || clock.GetElapsedTime(at) >= limits.FiguresGoodFor))
            {
                lookedAt = clock.GetTimestamp();
                looking = LookAsync();
            }

            return looking;
        }
    }

    private async Task LookAsync()
    {
        // Not within the lock, and not in the way of who asked.
        await Task.Yield();
        try
        {
            Volatile.Write(ref known, await JudgeAsync());
        }
        catch (DatabaseUnavailableException unavailable)
        {
            LogNotCounted(unavailable);
        }
    }

    private async Task<Failure?> JudgeAsync()
    {
        if (disk.Free() < limits.LeastFree)
        {
            LogDiskNearlyFull();
            return new Failure(OverloadErrors.DiskNearlyFull) { RetryAfter = WhenTheDiskIsFull };
        }

        // Not a request's token: others wait for the same figure.
        var unfinished = await work.CountAsync(Condition.Exists("dueAt"), limits.MostUnfinished + 1, CancellationToken.None);
        if (unfinished > limits.MostUnfinished)
        {
            LogTooMuchUnfinished(unfinished);
            return new Failure(OverloadErrors.TooMuchUnfinished) { RetryAfter = WhenMuchIsUnfinished };
        }

        return null;
    }

    [LoggerMessage(LogLevel.Warning, "No new work is taken in: the disk is nearly full.")]
    private partial void LogDiskNearlyFull();

    [LoggerMessage(LogLevel.Warning, "No new work is taken in: {Unfinished} items or more are unfinished.")]
    private partial void LogTooMuchUnfinished(int unfinished);

    [LoggerMessage(LogLevel.Warning, "How much is unfinished could not be counted; the last figure stands.")]
    private partial void LogNotCounted(Exception exception);
}
