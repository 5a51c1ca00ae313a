namespace Ecodrix.Server.Features.Pipelines;

/// <summary>All pipelines of a tenant as they stood at one moment; archived ones too, since leads may still be in them.</summary>
internal sealed class PipelineBook(IReadOnlyList<Pipeline> pipelines)
{
    /// <summary>In the order in which they were made.</summary>
    public IReadOnlyList<Pipeline> All => pipelines;

    /// <returns>Null when the tenant has none that is not archived.</returns>
    public Pipeline? Default => pipelines
        .Where(pipeline => !pipeline.IsArchived)
        .OrderByDescending(pipeline => pipeline.DefaultSince ?? DateTimeOffset.MinValue)
        .FirstOrDefault();

    public bool IsDefault(Pipeline pipeline) => ReferenceEquals(pipeline, Default);

    public Pipeline? Find(string? pipelineId) =>
        pipelines.FirstOrDefault(pipeline => string.Equals(pipeline.Id, pipelineId, StringComparison.Ordinal));

    public Placement? FindStage(string? stageId)
    {
        foreach (var pipeline in pipelines)
        {
            if (pipeline.FindStage(stageId) is { } stage)
            {
                return new Placement(pipeline, stage);
            }
        }

        return null;
    }
}
