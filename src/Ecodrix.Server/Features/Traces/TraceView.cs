using System.Text.Json.Serialization;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Traces;

/// <summary>What happened, in the order in which it happened.</summary>
internal sealed record TraceView
{
    /// <summary>What was asked for.</summary>
    public required string Id { get; init; }

    public required TraceSubject Kind { get; init; }

    /// <summary>What it is about, in few words.</summary>
    public required string Title { get; init; }

    public required string Mode { get; init; }

    public string? LeadId { get; init; }

    /// <summary>Whether personal data is hidden.</summary>
    public bool Masked { get; init; }

    /// <summary>All of it in a sentence or two.</summary>
    public required string Summary { get; init; }

    public TraceTone Tone { get; init; }

    /// <summary>What is not done yet waits for this; empty when nothing is left to do.</summary>
    public IReadOnlyList<TraceWait> WaitsFor { get; init; } = [];

    public required IReadOnlyList<TraceEntry> Entries { get; init; }

    /// <summary>A sentence for each thing that was too much to show.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];

    /// <summary>The same for whoever has the link, for 7 days; without personal data.</summary>
    public string? TraceUrl { get; init; }
}

/// <summary>What an id is the id of.</summary>
internal enum TraceSubject
{
    Event,
    Run,
    Message,
    Email,
    Meeting,
    Callback,
    Job,
    Lead,
}

/// <summary>How to take it: what a colour says on the page.</summary>
internal enum TraceTone
{
    Neutral,
    Good,
    Bad,
    Waiting,
}

internal sealed record TraceWait(string? RunId, string Sentence, DateTimeOffset? Until);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(InstantConverter), typeof(WireEnums)])]
[JsonSerializable(typeof(TraceView))]
[JsonSerializable(typeof(System.Text.Json.Nodes.JsonNode))]
internal sealed partial class TracesJson : JsonSerializerContext;
