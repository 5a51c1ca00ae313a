using System.Text.Json.Serialization;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Leads.Consequences;

/// <summary>One stay of a lead in a stage.</summary>
internal sealed record StageVisit : IDocument<StageVisit>
{
    public static Collection<StageVisit> Collection { get; } = new(
        "stageVisits", LeadsJson.Default.StageVisit, new DocumentIndex("stageId", "enteredAt"), new DocumentIndex("leadId"));

    [JsonPropertyName("_id")]
    public required string Id { get; init; }

    public long Version { get; init; } = 1;

    public required string LeadId { get; init; }

    public required string StageId { get; init; }

    public required DateTimeOffset EnteredAt { get; init; }

    /// <summary>Null while the lead is there.</summary>
    public DateTimeOffset? LeftAt { get; init; }

    /// <summary>The deal's value in ten-thousandths when the visit was last written.</summary>
    public long? Value { get; init; }
}
