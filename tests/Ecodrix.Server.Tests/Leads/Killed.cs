using Ecodrix.Server.Features.Events;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Server.Tests.Leads;

/// <summary>A process that dies after so many writes: from then on nothing is written any more.</summary>
internal sealed class Life(int writes)
{
    private int left = writes;

    public bool IsOver => Volatile.Read(ref left) < 0;

    public void Spend()
    {
        if (Interlocked.Decrement(ref left) < 0)
        {
            throw new KilledException();
        }
    }
}

internal sealed class KilledException : Exception;

/// <summary>A tenant's database as a process sees it that dies.</summary>
internal sealed class KilledDatabase(ITenantDatabase inner, Life life) : ITenantDatabase
{
    public TenantId Tenant => inner.Tenant;

    public IDocuments<T> Documents<T>()
        where T : class, IDocument<T> => new KilledDocuments<T>(inner.Documents<T>(), life);
}

internal sealed class KilledTriggers(ISystemTriggers inner, Life life) : ISystemTriggers
{
    public Task FireAsync(ITenantDatabase database, SystemTrigger trigger, CancellationToken cancellationToken)
    {
        life.Spend();
        return inner.FireAsync(database, trigger, cancellationToken);
    }
}

internal sealed class KilledDocuments<T>(IDocuments<T> inner, Life life) : IDocuments<T>
    where T : class, IDocument
{
    public Task<T?> FindAsync(string id, CancellationToken cancellationToken) => inner.FindAsync(id, cancellationToken);

    public Task<IReadOnlyList<T>> FindManyAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken) => inner.FindManyAsync(ids, cancellationToken);

    public Task<bool> TryAddAsync(T document, CancellationToken cancellationToken)
    {
        life.Spend();
        return inner.TryAddAsync(document, cancellationToken);
    }

    /// <summary>Dies between two of them, too.</summary>
    public async Task<IReadOnlyList<bool>> AddManyAsync(IReadOnlyList<T> documents, CancellationToken cancellationToken)
    {
        var added = new List<bool>();
        foreach (var document in documents)
        {
            added.Add(await TryAddAsync(document, cancellationToken));
        }

        return added;
    }

    public Task<bool> TryReplaceAsync(T next, CancellationToken cancellationToken)
    {
        life.Spend();
        return inner.TryReplaceAsync(next, cancellationToken);
    }

    public Task<bool> DeleteAsync(string id, CancellationToken cancellationToken)
    {
        life.Spend();
        return inner.DeleteAsync(id, cancellationToken);
    }

    public Task<int> DeleteManyAsync(Condition where, int atMost, CancellationToken cancellationToken)
    {
        life.Spend();
        return inner.DeleteManyAsync(where, atMost, cancellationToken);
    }

    public Task<IReadOnlyList<T>> QueryAsync(DocumentQuery query, CancellationToken cancellationToken) => inner.QueryAsync(query, cancellationToken);

    public Task<int> CountAsync(Condition? where, int atMost, CancellationToken cancellationToken) => inner.CountAsync(where, atMost, cancellationToken);

    public Task<IReadOnlyList<GroupRow>> GroupAsync(Grouping grouping, CancellationToken cancellationToken) => inner.GroupAsync(grouping, cancellationToken);
}
