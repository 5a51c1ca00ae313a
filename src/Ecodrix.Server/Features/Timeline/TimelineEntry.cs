using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Timeline;

/// <summary>Something that happened with a lead: an activity, a note, a message, a meeting. One list shows them all.</summary>
internal sealed record TimelineEntry : IDocument<TimelineEntry>
{
    public static Collection<TimelineEntry> Collection { get; } =
        new("timeline", TimelineJson.Default.TimelineEntry, new DocumentIndex("leadId", "_id"));

    /// <summary>Ordered by time. Made by whoever tells, with the fact itself: telling twice is telling once.</summary>
    [JsonPropertyName("_id")]
    public required string Id { get; init; }

    public long Version { get; init; } = 1;

    public required string LeadId { get; init; }

    public TimelineKind Kind { get; init; }

    /// <summary>What kind of activity, message and so on: <c>stage_changed</c>.</summary>
    public required string Type { get; init; }

    public required string Title { get; init; }

    public string? Body { get; init; }

    /// <summary><c>key:</c> and a key's id, <c>run:</c> and a run's id, or <c>system</c>.</summary>
    public required string Actor { get; init; }

    public required DateTimeOffset At { get; init; }

    public JsonObject Data { get; init; } = [];
}

[JsonConverter(typeof(WireEnums))]
internal enum TimelineKind
{
    Activity,
    Note,
    Message,
    Email,
    Meeting,
    Run,
    Callback,
}
