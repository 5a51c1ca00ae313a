using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Engine.Tests.Hosting;

/// <summary>A process that dies at a point: a durable write, or a call of a provider. What came before stands, nothing after it happens.</summary>
internal sealed class Death
{
    private int left = int.MaxValue;

    /// <summary>Whether what stands at the deadly point is still done; its answer is lost in any case.</summary>
    public bool AfterThePoint { get; set; }

    public bool IsDead { get; private set; }

    /// <summary>Counted from 1.</summary>
    public void At(int point) => left = point;

    public void Now() => IsDead = true;

    public async Task<TResult> PassAsync<TResult>(Func<Task<TResult>> step)
    {
        Check();
        if (--left > 0)
        {
            return await step();
        }

        IsDead = true;
        if (AfterThePoint)
        {
            await step();
        }

        throw new DatabaseUnavailableException("The process is dead.");
    }

    public void Check()
    {
        if (IsDead)
        {
            throw new DatabaseUnavailableException("The process is dead.");
        }
    }
}

internal sealed class CrashingServicesDatabase(IServicesDatabase inner, Death death) : IServicesDatabase
{
    public IDocuments<T> Documents<T>()
        where T : class, IDocument<T> => new CrashingDocuments<T>(inner.Documents<T>(), death);

    public Task PingAsync(CancellationToken cancellationToken) => inner.PingAsync(cancellationToken);
}

internal sealed class CrashingDocuments<T>(IDocuments<T> inner, Death death) : IDocuments<T>
    where T : class, IDocument
{
    public Task<T?> FindAsync(string id, CancellationToken cancellationToken)
    {
        death.Check();
        return inner.FindAsync(id, cancellationToken);
    }

    public Task<IReadOnlyList<T>> FindManyAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        death.Check();
        return inner.FindManyAsync(ids, cancellationToken);
    }

    public Task<bool> TryAddAsync(T document, CancellationToken cancellationToken) =>
        death.PassAsync(() => inner.TryAddAsync(document, cancellationToken));

    public Task<IReadOnlyList<bool>> AddManyAsync(IReadOnlyList<T> documents, CancellationToken cancellationToken) =>
        death.PassAsync(() => inner.AddManyAsync(documents, cancellationToken));

    public Task<bool> TryReplaceAsync(T next, CancellationToken cancellationToken) =>
        death.PassAsync(() => inner.TryReplaceAsync(next, cancellationToken));

    public Task<bool> DeleteAsync(string id, CancellationToken cancellationToken) =>
        death.PassAsync(() => inner.DeleteAsync(id, cancellationToken));

    public Task<int> DeleteManyAsync(Condition where, int atMost, CancellationToken cancellationToken) =>
        death.PassAsync(() => inner.DeleteManyAsync(where, atMost, cancellationToken));

    public Task<IReadOnlyList<T>> QueryAsync(DocumentQuery query, CancellationToken cancellationToken)
    {
        death.Check();
        return inner.QueryAsync(query, cancellationToken);
    }

    public Task<int> CountAsync(Condition? where, int atMost, CancellationToken cancellationToken)
    {
        death.Check();
        return inner.CountAsync(where, atMost, cancellationToken);
    }

    public Task<IReadOnlyList<GroupRow>> GroupAsync(Grouping grouping, CancellationToken cancellationToken)
    {
        death.Check();
        return inner.GroupAsync(grouping, cancellationToken);
    }
}
