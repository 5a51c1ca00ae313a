using System.Text.Json.Serialization;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Timeline;

/// <summary>What somebody, or a rule, wrote down about a lead.</summary>
internal sealed record Note : IDocument<Note>
{
    public static Collection<Note> Collection { get; } = new("notes", TimelineJson.Default.Note, new DocumentIndex("leadId", "_id"));

    [JsonPropertyName("_id")]
    public required string Id { get; init; }

    public long Version { get; init; } = 1;

    public required string LeadId { get; init; }

    public required string Content { get; init; }

    public bool IsPinned { get; init; }

    public required string Actor { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}
