using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Ecodrix.Server.Features.Timeline;

/// <summary>A timeline entry as the API shows it.</summary>
internal sealed record TimelineView(
    [property: JsonPropertyName("_id")] string Id,
    TimelineKind Kind,
    string Type,
    string Title,
    string? Body,
    string Actor,
    DateTimeOffset At,
    JsonObject Data)
{
    public static TimelineView Of(TimelineEntry entry) =>
        new(entry.Id, entry.Kind, entry.Type, entry.Title, entry.Body, entry.Actor, entry.At, entry.Data);
}
