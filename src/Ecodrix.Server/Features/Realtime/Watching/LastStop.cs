using System.Text.Json.Serialization;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Realtime.Watching;

/// <summary>Whether the process that was alone on its databases has told everything before it ended.</summary>
internal sealed record LastStop : IDocument<LastStop>
{
    public const string TheOne = "alone";

    public static Collection<LastStop> Collection { get; } = new("realtimeStops", RealtimeJson.Default.LastStop);

    [JsonPropertyName("_id")]
    public string Id { get; init; } = TheOne;

    public long Version { get; init; } = 1;

    /// <summary>A process has begun and has not ended as it should.</summary>
    public bool IsOpen { get; init; }
}
