using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Restores.Epochs;

/// <summary>Takes the services database from epoch to epoch and recognises one that was restored: its mark is further than it is.</summary>
/// <remarks>The database goes first and its mark follows, so that a crash in between is no restore. What was restored from less than a minute ago is not recognised.</remarks>
internal sealed partial class EpochBook(IServicesDatabase services, IEpochMarks marks, TimeProvider clock, ILogger<EpochBook> logger)
{
    /// <summary>A copy of the database that is older than this is recognised.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    private readonly IDocuments<Epoch> epochs = services.Documents<Epoch>();

    /// <returns>The mark, when it is newer than the database; null when it is not, or cannot be read.</returns>
    public async Task<long?> FindNewerMarkAsync(CancellationToken cancellationToken)
    {
        if (await epochs.FindAsync(Epoch.TheOne, cancellationToken) is not { } epoch || await MarkOfAsync(epoch, cancellationToken) is not { } mark || mark <= epoch.Number)
        {
            return null;
        }

        // Another instance may have gone on in between; it had told the database first.
        return await epochs.FindAsync(Epoch.TheOne, cancellationToken) is { } again && again.Number >= mark ? null : mark;
    }

    /// <summary>Begins the next epoch: whatever copy was made of the database until now is older than its mark.</summary>
    /// <param name="beyond">A mark that the database is to be ahead of; null for the next number.</param>
    public async Task AdvanceAsync(long? beyond, CancellationToken cancellationToken)
    {
        while (true)
        {
            var known = await epochs.FindAsync(Epoch.TheOne, cancellationToken);
            var next = known is null
                ? new Epoch { Database = DocumentId.New(clock.GetUtcNow()) }
                : known with { Version = known.Version + 1, Number = Math.Max(known.Number, beyond ?? 0) + 1 };
            if (known is null ? await epochs.TryAddAsync(next, cancellationToken) : await epochs.TryReplaceAsync(next, cancellationToken))
            {
                await MarkAsync(next, cancellationToken);
                return;
            }
        }
    }

    private async Task<long?> MarkOfAsync(Epoch epoch, CancellationToken cancellationToken)
    {
        try
        {
            return await marks.ReadAsync(epoch.Database, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            LogUnreadable(failure);
            return null;
        }
    }

    // Never back: a newer mark that nobody has reacted to is what tells the next start of a restore.
    private async Task MarkAsync(Epoch epoch, CancellationToken cancellationToken)
    {
        if (await MarkOfAsync(epoch, cancellationToken) > epoch.Number)
        {
            return;
        }

        try
        {
            await marks.WriteAsync(epoch.Database, epoch.Number, cancellationToken);
        }
        catch (IOException failure)
        {
            LogUnmarked(failure);
        }
    }

    [LoggerMessage(LogLevel.Error, "The mark of the services database cannot be read: if the database was restored, this start does not see it. Start with ECODRIX_HOLD=true if it was.")]
    private partial void LogUnreadable(Exception failure);

    [LoggerMessage(LogLevel.Error, "The mark of the services database cannot be written: a restore from before now would not be seen at the start.")]
    private partial void LogUnmarked(Exception failure);
}
