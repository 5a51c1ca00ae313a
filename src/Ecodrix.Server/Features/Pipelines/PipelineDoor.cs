using System.Collections.Concurrent;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Pipelines;

/// <summary>What other features may ask of pipelines.</summary>
internal sealed class PipelineDoor(ITenantDatabases databases, TimeProvider clock)
{
    private const int MostPipelines = 200;

    private const int KeptTenants = 10_000;

    /// <summary>A process that died between a change and its stamp's is forgotten after this.</summary>
    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<TenantId, Kept> kept = new();

    /// <summary>Reads all pipelines of the tenant. A test twin that has none yet gets those of the live tenant first, with their ids.</summary>
    public async Task<PipelineBook> ReadAsync(ITenantDatabase database, CancellationToken cancellationToken)
    {
        var book = await CurrentAsync(database, cancellationToken);
        if (book.All.Count > 0 || !database.Tenant.IsTest)
        {
            return book;
        }

        var live = await databases.OpenAsync(database.Tenant.Live, cancellationToken);
        await CopyAsync(live, database, cancellationToken);
        return await CurrentAsync(database, cancellationToken);
    }

    /// <summary>As <see cref="ReadAsync"/>, but never without a default: a tenant that has none is given one.</summary>
    public async Task<PipelineBook> ReadWithDefaultAsync(ITenantDatabase database, CancellationToken cancellationToken)
    {
        var book = await ReadAsync(database, cancellationToken);
        if (book.Default is not null)
        {
            return book;
        }

        var now = clock.GetUtcNow();
        await database.Documents<Pipeline>().TryAddAsync(DefaultPipeline.For(database.Tenant, now), cancellationToken);
        await PipelineStamp.RenewAsync(database, now, cancellationToken);
        return await CurrentAsync(database, cancellationToken);
    }

    /// <summary>Copies what the other tenant does not have yet, with the same ids.</summary>
    public async Task CopyAsync(ITenantDatabase from, ITenantDatabase to, CancellationToken cancellationToken)
    {
        var pipelines = await QueryAsync(from, cancellationToken);
        await to.Documents<Pipeline>().AddManyAsync([.. pipelines.Select(pipeline => pipeline with { Version = 1 })], cancellationToken);
        await PipelineStamp.RenewAsync(to, clock.GetUtcNow(), cancellationToken);
    }

    private async Task<PipelineBook> CurrentAsync(ITenantDatabase database, CancellationToken cancellationToken)
    {
        var mark = await PipelineStamp.ReadAsync(database, cancellationToken);
        if (mark is not null
            && kept.TryGetValue(database.Tenant, out var held)
            && string.Equals(held.Mark, mark, StringComparison.Ordinal)
            && clock.GetElapsedTime(held.ReadAt) < ReadAgainAfter)
        {
            return held.Book;
        }

        var readAt = clock.GetTimestamp();
        var book = new PipelineBook(await QueryAsync(database, cancellationToken));
        if (mark is not null)
        {
            Keep(database.Tenant, new Kept(book, mark, readAt));
        }

        return book;
    }

    private void Keep(TenantId tenant, Kept next)
    {
        if (kept.Count >= KeptTenants)
        {
            kept.Clear();
        }

        kept[tenant] = next;
    }

    private static Task<IReadOnlyList<Pipeline>> QueryAsync(ITenantDatabase database, CancellationToken cancellationToken) =>
        database.Documents<Pipeline>().QueryAsync(new DocumentQuery(null, MostPipelines), cancellationToken);

    /// <param name="Mark">The stamp's as it was read before the pipelines.</param>
    private sealed record Kept(PipelineBook Book, string Mark, long ReadAt);
}

/// <summary>A stage and the pipeline it belongs to.</summary>
internal sealed record Placement(Pipeline Pipeline, Stage Stage);
