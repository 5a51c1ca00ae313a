using System.Text.Json.Serialization;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Leads.Consequences;

/// <summary>A part of a day's figure: a figure is the sum of its parts' values.</summary>
/// <remarks>
/// Each change adds parts under ids of its own instead of counting one document up: so adding a part twice is adding it
/// once, and a day's busiest figure is no document that every change waits for.
/// </remarks>
internal sealed record DailyFigure : IDocument<DailyFigure>
{
    public static Collection<DailyFigure> Collection { get; } =
        new("daily", LeadsJson.Default.DailyFigure, new DocumentIndex("metric", "day"));

    [JsonPropertyName("_id")]
    public required string Id { get; init; }

    public long Version { get; init; } = 1;

    /// <summary>The tenant's calendar day: <c>2026-03-15</c>.</summary>
    public required string Day { get; init; }

    /// <summary>For example <c>leads.created</c>.</summary>
    public required string Metric { get; init; }

    /// <summary>What the metric is counted by: a source, an assignee, a stage, a currency.</summary>
    public required string Key { get; init; }

    public required long Value { get; init; }
}
