using Ecodrix.Server.Http;
using Ecodrix.Server.Http.Bodies;
using Ecodrix.Storage.Routing;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Pipelines;

/// <summary>The pipeline routes: read this file to know what the feature offers.</summary>
internal static class PipelineEndpoints
{
    public static IServiceCollection AddPipelines(this IServiceCollection services) =>
        services.AddSingleton<PipelineDoor>().AddWireTypes(PipelinesJson.Default)
        .AddTenantDocuments<Pipeline>()
        .AddTenantDocuments<PipelineStamp>();

    public static void MapPipelines(this IEndpointRouteBuilder routes)
    {
        var pipelines = routes.MapTenantRoutes().MapGroup("/api/crm/pipelines").WithTags("Pipelines").Needs(KeyScope.CrmRead);

        pipelines.MapGet("/", ListPipelines.HandleAsync).WithSummary("List pipelines with their stages");
        pipelines.MapGet("/{id}", GetPipeline.HandleAsync).WithSummary("Read a pipeline with its stages").Fails(Errors.NotFound);
    }
}

/// <summary>Lists the pipelines that are not archived, in the order in which they were made.</summary>
internal static class ListPipelines
{
    public static async Task<Ok<IReadOnlyList<PipelineView>>> HandleAsync(Caller caller, PipelineDoor pipelines, CancellationToken cancellationToken)
    {
        var book = await pipelines.ReadAsync(caller.Database, cancellationToken);
        IReadOnlyList<PipelineView> views = [.. book.All.Where(pipeline => !pipeline.IsArchived).Select(pipeline => PipelineView.Of(pipeline, book))];
        return TypedResults.Ok(views);
    }
}

/// <summary>Reads one pipeline, archived or not.</summary>
internal static class GetPipeline
{
    public static async Task<Results<Ok<PipelineView>, Failure>> HandleAsync(Id id, Caller caller, PipelineDoor pipelines, CancellationToken cancellationToken)
    {
        var book = await pipelines.ReadAsync(caller.Database, cancellationToken);
        return book.Find(id) is { } pipeline ? TypedResults.Ok(PipelineView.Of(pipeline, book)) : new Failure(Errors.NotFound);
    }
}
