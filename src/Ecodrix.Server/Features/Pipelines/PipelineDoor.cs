using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Pipelines;

/// <summary>What other features may ask of pipelines.</summary>
internal sealed class PipelineDoor(ITenantDatabases databases, TimeProvider clock)
{
    private const int MostPipelines = 200;

    /// <summary>Reads all pipelines of the tenant. A test twin that has none yet gets those of the live tenant first, with their ids.</summary>
    public async Task<PipelineBook> ReadAsync(ITenantDatabase database, CancellationToken cancellationToken)
    {
        var pipelines = await QueryAsync(database, cancellationToken);
        if (pipelines.Count > 0 || !database.Tenant.IsTest)
        {
            return new PipelineBook(pipelines);
        }

        var live = await databases.OpenAsync(database.Tenant.Live, cancellationToken);
        await CopyAsync(live, database, cancellationToken);
        return new PipelineBook(await QueryAsync(database, cancellationToken));
    }

    /// <summary>As <see cref="ReadAsync"/>, but never without a default: a tenant that has none is given one.</summary>
    public async Task<PipelineBook> ReadWithDefaultAsync(ITenantDatabase database, CancellationToken cancellationToken)
    {
        var book = await ReadAsync(database, cancellationToken);
        if (book.Default is not null)
        {
            return book;
        }

        await database.Documents<Pipeline>().TryAddAsync(DefaultPipeline.For(database.Tenant, clock.GetUtcNow()), cancellationToken);
        return new PipelineBook(await QueryAsync(database, cancellationToken));
    }

    /// <summary>Copies what the other tenant does not have yet, with the same ids.</summary>
    public static async Task CopyAsync(ITenantDatabase from, ITenantDatabase to, CancellationToken cancellationToken)
    {
        var pipelines = await QueryAsync(from, cancellationToken);
        await to.Documents<Pipeline>().AddManyAsync([.. pipelines.Select(pipeline => pipeline with { Version = 1 })], cancellationToken);
    }

    private static Task<IReadOnlyList<Pipeline>> QueryAsync(ITenantDatabase database, CancellationToken cancellationToken) =>
        database.Documents<Pipeline>().QueryAsync(new DocumentQuery(null, MostPipelines), cancellationToken);
}

/// <summary>A stage and the pipeline it belongs to.</summary>
internal sealed record Placement(Pipeline Pipeline, Stage Stage);
