using System.Text.Json.Serialization;

namespace Ecodrix.Server.Features.Pipelines;

/// <summary>A pipeline as the API shows it, its stages in order.</summary>
internal sealed record PipelineView(
    [property: JsonPropertyName("_id")] string Id,
    string Name,
    string? Description,
    bool IsDefault,
    bool IsArchived,
    IReadOnlyList<Stage> Stages,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    public static PipelineView Of(Pipeline pipeline, PipelineBook book) => new(
        pipeline.Id,
        pipeline.Name,
        pipeline.Description,
        book.IsDefault(pipeline),
        pipeline.IsArchived,
        [.. pipeline.Stages.OrderBy(stage => stage.Order)],
        pipeline.CreatedAt,
        pipeline.UpdatedAt);
}
