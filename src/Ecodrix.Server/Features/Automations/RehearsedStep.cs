using System.Text.Json.Nodes;

namespace Ecodrix.Server.Features.Automations;

/// <summary>What a step would do, found out by the code that does it.</summary>
internal sealed record RehearsedStep
{
    public int Index { get; init; }

    /// <summary><c>0</c>, <c>2.then.0</c>.</summary>
    public required string Path { get; init; }

    public required string Type { get; init; }

    /// <summary>Null behind a wait whose end nobody knows.</summary>
    public DateTimeOffset? DueAt { get; init; }

    public JsonObject? Rendered { get; init; }

    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Why the step would be skipped or fail; null when it would be done.</summary>
    public string? Problem { get; init; }
}
