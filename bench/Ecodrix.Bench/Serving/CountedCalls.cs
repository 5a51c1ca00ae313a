using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Bench.Serving;

/// <summary>Stands before the services database and counts each read and write that is asked of it.</summary>
internal sealed class CountedCalls(IServicesDatabase inner) : IServicesDatabase, IDisposable
{
    private static long calls;

    public static long Calls => Interlocked.Read(ref calls);

    public IDocuments<T> Documents<T>()
        where T : class, IDocument<T> => new Counted<T>(inner.Documents<T>());

    public Task PingAsync(CancellationToken cancellationToken) => Count(inner.PingAsync(cancellationToken));

    public void Dispose() => (inner as IDisposable)?.Dispose();

    private static TTask Count<TTask>(TTask task)
    {
        Interlocked.Increment(ref calls);
        return task;
    }

    private sealed class Counted<T>(IDocuments<T> inner) : IDocuments<T>
        where T : class, IDocument
    {
        public Task<T?> FindAsync(string id, CancellationToken cancellationToken) => Count(inner.FindAsync(id, cancellationToken));

        public Task<IReadOnlyList<T>> FindManyAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
            Count(inner.FindManyAsync(ids, cancellationToken));

        public Task<bool> TryAddAsync(T document, CancellationToken cancellationToken) => Count(inner.TryAddAsync(document, cancellationToken));

        public Task<IReadOnlyList<bool>> AddManyAsync(IReadOnlyList<T> documents, CancellationToken cancellationToken) =>
            Count(inner.AddManyAsync(documents, cancellationToken));

        public Task<bool> TryReplaceAsync(T next, CancellationToken cancellationToken) => Count(inner.TryReplaceAsync(next, cancellationToken));

        public Task<bool> DeleteAsync(string id, CancellationToken cancellationToken) => Count(inner.DeleteAsync(id, cancellationToken));

        public Task<int> DeleteManyAsync(Condition where, int atMost, CancellationToken cancellationToken) =>
            Count(inner.DeleteManyAsync(where, atMost, cancellationToken));

        public Task<IReadOnlyList<T>> QueryAsync(DocumentQuery query, CancellationToken cancellationToken) => Count(inner.QueryAsync(query, cancellationToken));

        public Task<int> CountAsync(Condition? where, int atMost, CancellationToken cancellationToken) =>
            Count(inner.CountAsync(where, atMost, cancellationToken));

        public Task<IReadOnlyList<GroupRow>> GroupAsync(Grouping grouping, CancellationToken cancellationToken) => Count(inner.GroupAsync(grouping, cancellationToken));
    }
}
