using Ecodrix.Storage.Conditions;

namespace Ecodrix.Storage.Routing;

/// <summary>Where a tenant's documents are at present.</summary>
/// <param name="Place">Null for where most are.</param>
internal sealed record Lodging(string? Place, ITenantDatabase Database);

/// <summary>A tenant's database behind its breaker. Who holds it for long finds the documents where they are, also after they were moved.</summary>
internal sealed class RoutedTenantDatabase(RoutedTenantDatabases router, Breaker breaker, Lodging first) : ITenantDatabase
{
    private volatile Lodging lodging = first;

    public TenantId Tenant => breaker.Tenant!.Value;

    public Breaker Breaker => breaker;

    public IDocuments<T> Documents<T>()
        where T : class, IDocument<T> =>
        router.Kinds.Count == 0 || router.Kinds.Contains(typeof(T))
            ? new RoutedDocuments<T>(this)
            : throw new InvalidOperationException($"{typeof(T).Name} is not named by AddTenantDocuments, so a move would leave it behind.");

    /// <param name="writes">Whether documents are to be changed.</param>
    public ValueTask<ITenantDatabase> EnterAsync(bool writes, CancellationToken cancellationToken)
    {
        var place = router.PlaceOfAsync(Tenant, writes, cancellationToken);
        return place.IsCompletedSuccessfully ? EnterAsync(place.Result, cancellationToken) : AskAndEnterAsync(place, cancellationToken);
    }

    private async ValueTask<ITenantDatabase> AskAndEnterAsync(ValueTask<string?> asked, CancellationToken cancellationToken) =>
        await EnterAsync(await asked, cancellationToken);

    private ValueTask<ITenantDatabase> EnterAsync(string? place, CancellationToken cancellationToken)
    {
        var known = lodging;
        return string.Equals(place, known.Place, StringComparison.Ordinal) ? new ValueTask<ITenantDatabase>(known.Database) : FollowAsync(place, cancellationToken);
    }

    private async ValueTask<ITenantDatabase> FollowAsync(string? place, CancellationToken cancellationToken)
    {
        var moved = await router.LodgeAsync(Tenant, place, cancellationToken);
        lodging = moved;
        return moved.Database;
    }
}

internal sealed class RoutedDocuments<T>(RoutedTenantDatabase database) : IDocuments<T>
    where T : class, IDocument<T>
{
    private (ITenantDatabase Of, IDocuments<T> Documents)? present;

    public Task<T?> FindAsync(string id, CancellationToken cancellationToken) =>
        ReadAsync(documents => documents.FindAsync(id, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<T>> FindManyAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        ReadAsync(documents => documents.FindManyAsync(ids, cancellationToken), cancellationToken);

    public Task<bool> TryAddAsync(T document, CancellationToken cancellationToken) =>
        WriteAsync(documents => documents.TryAddAsync(document, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<bool>> AddManyAsync(IReadOnlyList<T> added, CancellationToken cancellationToken) =>
        WriteAsync(documents => documents.AddManyAsync(added, cancellationToken), cancellationToken);

    public Task<bool> TryReplaceAsync(T next, CancellationToken cancellationToken) =>
        WriteAsync(documents => documents.TryReplaceAsync(next, cancellationToken), cancellationToken);

    public Task<bool> DeleteAsync(string id, CancellationToken cancellationToken) =>
        WriteAsync(documents => documents.DeleteAsync(id, cancellationToken), cancellationToken);

    public Task<int> DeleteManyAsync(Condition where, int atMost, CancellationToken cancellationToken) =>
        WriteAsync(documents => documents.DeleteManyAsync(where, atMost, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<T>> QueryAsync(DocumentQuery query, CancellationToken cancellationToken) =>
        ReadAsync(documents => documents.QueryAsync(query, cancellationToken), cancellationToken);

    public Task<int> CountAsync(Condition? where, int atMost, CancellationToken cancellationToken) =>
        ReadAsync(documents => documents.CountAsync(where, atMost, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<GroupRow>> GroupAsync(Grouping grouping, CancellationToken cancellationToken) =>
        ReadAsync(documents => documents.GroupAsync(grouping, cancellationToken), cancellationToken);

    private Task<TResult> ReadAsync<TResult>(Func<IDocuments<T>, Task<TResult>> read, CancellationToken cancellationToken) =>
        UseAsync(database.EnterAsync(writes: false, cancellationToken), read);

    private Task<TResult> WriteAsync<TResult>(Func<IDocuments<T>, Task<TResult>> write, CancellationToken cancellationToken) =>
        UseAsync(database.EnterAsync(writes: true, cancellationToken), write);

    private Task<TResult> UseAsync<TResult>(ValueTask<ITenantDatabase> entered, Func<IDocuments<T>, Task<TResult>> use)
    {
        return entered.IsCompletedSuccessfully ? UseAsync(entered.Result, use) : EnterAndUseAsync(entered, use);
    }

    private async Task<TResult> EnterAndUseAsync<TResult>(ValueTask<ITenantDatabase> entered, Func<IDocuments<T>, Task<TResult>> use) =>
        await UseAsync(await entered, use);

    private Task<TResult> UseAsync<TResult>(ITenantDatabase entered, Func<IDocuments<T>, Task<TResult>> use)
    {
        var known = present;
        if (known is null || !ReferenceEquals(known.Value.Of, entered))
        {
            known = (entered, entered.Documents<T>());
            present = known;
        }

        var documents = known.Value.Documents;
        return database.Breaker.UseAsync(() => use(documents));
    }
}
