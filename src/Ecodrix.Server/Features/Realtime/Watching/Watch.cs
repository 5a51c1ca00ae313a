using System.Text.Json.Serialization;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Realtime.Watching;

/// <summary>Somebody looks at a tenant's dashboard, or did within a day. Its id is the tenant.</summary>
internal sealed record Watch : IDocument<Watch>
{
    public static Collection<Watch> Collection { get; } = new("realtimeWatches", RealtimeJson.Default.Watch, new DocumentIndex("notedAt"));

    [JsonPropertyName("_id")]
    public required string Id { get; init; }

    public long Version { get; init; } = 1;

    /// <summary>Tells apart the times in which the tenant was watched without a break: between two of them nothing was numbered.</summary>
    public required string Period { get; init; }

    /// <summary>When a socket or a token was last used, to within an hour.</summary>
    public required DateTimeOffset NotedAt { get; init; }

    public required DateTimeOffset Until { get; init; }

    /// <summary>The last number that was given before the tenant was emptied; 0 when it never was. Numbers go on from it.</summary>
    public long Base { get; init; }

    /// <summary>It lapsed, and what was kept for it is gone.</summary>
    public bool IsCleared { get; init; }
}
