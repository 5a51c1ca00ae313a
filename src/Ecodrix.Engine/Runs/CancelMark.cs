using Ecodrix.Storage;

namespace Ecodrix.Engine.Runs;

/// <summary>A run that some events of its lead end: how such an event finds it. Its id is the run's.</summary>
/// <remarks>A signpost only, put up before the run is durable and taken down when it ends. One that leads nowhere is taken down by whoever follows it.</remarks>
internal sealed record CancelMark : IDocument<CancelMark>
{
    public static Collection<CancelMark> Collection { get; } = new(
        "cancelMarks",
        EngineJson.Default.CancelMark,
        new DocumentIndex("tenant", "leadId", "_id"));

    public required string Id { get; init; }

    public long Version { get; init; } = 1;

    public required string Tenant { get; init; }

    public required string LeadId { get; init; }

    public required string WorkId { get; init; }

    public required IReadOnlyList<string> Triggers { get; init; }

    /// <summary>When the run was made; an event accepted before does not end it.</summary>
    public required DateTimeOffset Since { get; init; }
}
