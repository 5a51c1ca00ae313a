using Ecodrix.Storage.Conditions;

namespace Ecodrix.Storage.Routing;

/// <summary>A tenant's database behind its breaker.</summary>
internal sealed class GuardedTenantDatabase(ITenantDatabase database, TenantBreaker breaker) : ITenantDatabase
{
    public TenantId Tenant => database.Tenant;

    public IDocuments<T> Documents<T>()
        where T : class, IDocument<T> => new GuardedDocuments<T>(database.Documents<T>(), breaker);
}

internal sealed class GuardedDocuments<T>(IDocuments<T> documents, TenantBreaker breaker) : IDocuments<T>
    where T : class, IDocument
{
    public Task<T?> FindAsync(string id, CancellationToken cancellationToken) =>
        breaker.UseAsync(() => documents.FindAsync(id, cancellationToken));

    public Task<IReadOnlyList<T>> FindManyAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        breaker.UseAsync(() => documents.FindManyAsync(ids, cancellationToken));

    public Task<bool> TryAddAsync(T document, CancellationToken cancellationToken) =>
        breaker.UseAsync(() => documents.TryAddAsync(document, cancellationToken));

    public Task<IReadOnlyList<bool>> AddManyAsync(IReadOnlyList<T> added, CancellationToken cancellationToken) =>
        breaker.UseAsync(() => documents.AddManyAsync(added, cancellationToken));

    public Task<bool> TryReplaceAsync(T next, CancellationToken cancellationToken) =>
        breaker.UseAsync(() => documents.TryReplaceAsync(next, cancellationToken));

    public Task<bool> DeleteAsync(string id, CancellationToken cancellationToken) =>
        breaker.UseAsync(() => documents.DeleteAsync(id, cancellationToken));

    public Task<int> DeleteManyAsync(Condition where, int atMost, CancellationToken cancellationToken) =>
        breaker.UseAsync(() => documents.DeleteManyAsync(where, atMost, cancellationToken));

    public Task<IReadOnlyList<T>> QueryAsync(DocumentQuery query, CancellationToken cancellationToken) =>
        breaker.UseAsync(() => documents.QueryAsync(query, cancellationToken));

    public Task<int> CountAsync(Condition? where, int atMost, CancellationToken cancellationToken) =>
        breaker.UseAsync(() => documents.CountAsync(where, atMost, cancellationToken));

    public Task<IReadOnlyList<GroupRow>> GroupAsync(Grouping grouping, CancellationToken cancellationToken) =>
        breaker.UseAsync(() => documents.GroupAsync(grouping, cancellationToken));
}
