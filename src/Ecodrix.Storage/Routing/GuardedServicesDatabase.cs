using Ecodrix.Storage.Conditions;

namespace Ecodrix.Storage.Routing;

/// <summary>The services' database behind a breaker: while it does not answer, whoever asks is told so at once and waits for nothing.</summary>
internal sealed class GuardedServicesDatabase : IServicesDatabase, IStorageLoad, IDisposable
{
    private readonly IServicesDatabase inner;
    private readonly Breaker breaker;
    private readonly SemaphoreSlim opened = new(0);

    /// <param name="inner">On a server. A file on this machine's disk needs no breaker.</param>
    public GuardedServicesDatabase(IServicesDatabase inner, TimeProvider clock)
    {
        this.inner = inner;
        breaker = new Breaker(tenant: null, clock, _ => opened.Release());
    }

    public bool IsDown => breaker.IsOpen;

    public TimeSpan ExpectedWait => inner is IStorageLoad load ? load.ExpectedWait : TimeSpan.Zero;

    public IDocuments<T> Documents<T>()
        where T : class, IDocument<T> => new GuardedDocuments<T>(inner.Documents<T>(), breaker);

    public Task PingAsync(CancellationToken cancellationToken) => breaker.UseAsync(() => PingInnerAsync(cancellationToken));

    /// <summary>Returns when it is down.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        while (!breaker.IsOpen)
        {
            await opened.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Asks past the breaker, and lets everybody in again when there is an answer.</summary>
    public async Task<bool> AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            await inner.PingAsync(cancellationToken);
        }
        catch (DatabaseUnavailableException)
        {
            return false;
        }

        breaker.Close();
        return true;
    }

    public void Dispose() => opened.Dispose();

    private async Task<bool> PingInnerAsync(CancellationToken cancellationToken)
    {
        await inner.PingAsync(cancellationToken);
        return true;
    }
}

/// <remarks>What may read much tells nothing by being late: one client's slow list must not have the database taken for down. It is refused with the rest, and what goes by ids finds out.</remarks>
internal sealed class GuardedDocuments<T>(IDocuments<T> inner, Breaker breaker) : IDocuments<T>
    where T : class, IDocument
{
    public Task<T?> FindAsync(string id, CancellationToken cancellationToken) =>
        breaker.UseAsync(() => inner.FindAsync(id, cancellationToken));

    public Task<IReadOnlyList<T>> FindManyAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        breaker.UseAsync(() => inner.FindManyAsync(ids, cancellationToken));

    public Task<bool> TryAddAsync(T document, CancellationToken cancellationToken) =>
        breaker.UseAsync(() => inner.TryAddAsync(document, cancellationToken));

    public Task<IReadOnlyList<bool>> AddManyAsync(IReadOnlyList<T> documents, CancellationToken cancellationToken) =>
        breaker.UseAsync(() => inner.AddManyAsync(documents, cancellationToken));

    public Task<bool> TryReplaceAsync(T next, CancellationToken cancellationToken) =>
        breaker.UseAsync(() => inner.TryReplaceAsync(next, cancellationToken));

    public Task<bool> DeleteAsync(string id, CancellationToken cancellationToken) =>
        breaker.UseAsync(() => inner.DeleteAsync(id, cancellationToken));

    public Task<int> DeleteManyAsync(Condition where, int atMost, CancellationToken cancellationToken) =>
        breaker.PassAsync(() => inner.DeleteManyAsync(where, atMost, cancellationToken));

    public Task<IReadOnlyList<T>> QueryAsync(DocumentQuery query, CancellationToken cancellationToken) =>
        breaker.PassAsync(() => inner.QueryAsync(query, cancellationToken));

    public Task<int> CountAsync(Condition? where, int atMost, CancellationToken cancellationToken) =>
        breaker.PassAsync(() => inner.CountAsync(where, atMost, cancellationToken));

    public Task<IReadOnlyList<GroupRow>> GroupAsync(Grouping grouping, CancellationToken cancellationToken) =>
        breaker.PassAsync(() => inner.GroupAsync(grouping, cancellationToken));
}
