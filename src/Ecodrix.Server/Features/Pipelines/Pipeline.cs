using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Pipelines;

/// <summary>The stages that leads pass through, in order. Stages live in their pipeline.</summary>
internal sealed record Pipeline : IDocument<Pipeline>
{
    public static Collection<Pipeline> Collection { get; } = new("pipelines", PipelinesJson.Default.Pipeline);

    [JsonPropertyName("_id")]
    public required string Id { get; init; }

    public long Version { get; init; } = 1;

    public required string Name { get; init; }

    public string? Description { get; init; }

    public bool IsArchived { get; init; }

    /// <summary>The latest of all pipelines makes it the default; so changing the default is one write.</summary>
    public DateTimeOffset? DefaultSince { get; init; }

    public IReadOnlyList<Stage> Stages { get; init; } = [];

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public Stage? FindStage(string? stageId) =>
        Stages.FirstOrDefault(stage => string.Equals(stage.Id, stageId, StringComparison.Ordinal));

    [JsonIgnore]
    public Stage? FirstStage => Stages.OrderBy(stage => stage.Order).FirstOrDefault();
}

/// <summary>One stage of a pipeline. A lead that enters a won or lost one is won or lost.</summary>
internal sealed record Stage
{
    [JsonPropertyName("_id")]
    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary>As CSS writes it: <c>#4f7cff</c>.</summary>
    public required string Color { get; init; }

    /// <summary>Per cent, 0 to 100.</summary>
    public int Probability { get; init; }

    public int Order { get; init; }

    public bool IsWon { get; init; }

    public bool IsLost { get; init; }

    /// <summary>As conditions on a stage see it.</summary>
    public JsonNode ToScope() => JsonSerializer.SerializeToNode(this, PipelinesJson.Default.Stage)!;
}
