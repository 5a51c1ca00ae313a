using Ecodrix.Storage;

namespace Ecodrix.Engine.Runs;

/// <summary>A step that waits for an event of a lead: how an event finds whom it wakes. Its id is the step's.</summary>
/// <remarks>A signpost only: the step itself says whether it still waits. One that leads nowhere is taken down by whoever follows it.</remarks>
internal sealed record LeadWait : IDocument<LeadWait>
{
    public static Collection<LeadWait> Collection { get; } = new(
        "waits",
        EngineJson.Default.LeadWait,
        new DocumentIndex("tenant", "leadId", "_id"));

    public required string Id { get; init; }

    public long Version { get; init; } = 1;

    public required string Tenant { get; init; }

    public required string LeadId { get; init; }

    public required string Trigger { get; init; }

    public required string WorkId { get; init; }

    public required string RunId { get; init; }

    public required int Step { get; init; }

    /// <summary>Only events accepted from here on count. Here too, because the holder may not have settled yet.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>A path on which both events must agree; null when none.</summary>
    public string? Match { get; init; }
}

/// <summary>How many events one root has caused. Its id is the root's.</summary>
internal sealed record EventChain(string Id, long Version, int Events) : IDocument<EventChain>
{
    public static Collection<EventChain> Collection { get; } = new("chains", EngineJson.Default.EventChain);
}
