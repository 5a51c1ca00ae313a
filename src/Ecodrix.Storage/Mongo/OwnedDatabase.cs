namespace Ecodrix.Storage.Mongo;

/// <summary>A tenant's database while its mark says so.</summary>
internal sealed class OwnedDatabase(MongoStore store, TenantId owner, TimeProvider clock)
{
    /// <summary>How long a mark that was seen counts: another process may have deleted the tenant since.</summary>
    private static readonly TimeSpan Trusted = TimeSpan.FromSeconds(10);

    private long seen;
    private bool known;
    private volatile bool deleted;

    public MongoStore Store => store;

    /// <exception cref="DatabaseUnavailableException">The database is missing, deleted or another's.</exception>
    public Task EnterAsync(CancellationToken cancellationToken)
    {
        if (deleted)
        {
            throw new DatabaseUnavailableException($"The database of {store.Name} is missing: it was deleted.");
        }

        return Volatile.Read(ref known) && clock.GetElapsedTime(Volatile.Read(ref seen)) < Trusted ? Task.CompletedTask : LookAsync(cancellationToken);
    }

    /// <summary>Erases it, if it is there and the tenant's own.</summary>
    /// <param name="ours">Only these collections, and the mark; null means all.</param>
    public async Task DeleteAsync(IReadOnlyList<string>? ours, CancellationToken cancellationToken)
    {
        deleted = true;
        await store.RestAsync();
        await store.UseAsync(async limited =>
        {
            if (await DatabaseOwner.FindAsync(store, owner, limited) is not true)
            {
                return false;
            }

            if (ours is null)
            {
                await store.Database.Client.DropDatabaseAsync(store.Database.DatabaseNamespace.DatabaseName, limited);
                return true;
            }

            foreach (var name in ours)
            {
                await store.Database.DropCollectionAsync(name, limited);
            }

            // Last, so that what is cut short is done again.
            await DatabaseOwner.LeaveAsync(store, limited);
            return true;
        }, MongoStore.LongLimit, cancellationToken);
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        await DatabaseOwner.CheckAsync(store, owner, cancellationToken);
        Volatile.Write(ref seen, clock.GetTimestamp());
        Volatile.Write(ref known, true);
    }
}
