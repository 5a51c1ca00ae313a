using System.Text.Json;
using System.Text.Json.Serialization;
using Ecodrix.Server.Features.Leads.Consequences;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Leads;

/// <summary>An opportunity with a person. Changed only through <see cref="LeadDoor.ChangeAsync"/>, by the pure changes in <see cref="LeadChanges"/>.</summary>
internal sealed record Lead : IDocument<Lead>
{
    public static Collection<Lead> Collection { get; } = new(
        "leads",
        LeadsJson.Default.Lead,
        new DocumentIndex("email", "_id") { OnlyWhenSet = "email" },
        new DocumentIndex("stageId", "_id"),
        new DocumentIndex("outboxSince") { OnlyWhenSet = "outboxSince" })
    {
        IsFoundOften = true,
    };

    [JsonPropertyName("_id")]
    public required string Id { get; init; }

    public long Version { get; init; } = 1;

    public string? FirstName { get; init; }

    public string? LastName { get; init; }

    /// <summary>Stored, so that it can be searched and filtered by.</summary>
    public string FullName => string.Join(' ', new[] { FirstName, LastName }.Where(name => !string.IsNullOrEmpty(name)));

    /// <summary>Lower case.</summary>
    public string? Email { get; init; }

    /// <summary>E.164. No two leads of a tenant have the same: <see cref="LeadClaims"/>.</summary>
    public string? Phone { get; init; }

    public string? WaUserId { get; init; }

    public LeadStatus Status { get; init; }

    /// <summary>What it was before it was archived.</summary>
    public LeadStatus? StatusBeforeArchive { get; init; }

    public string Source { get; init; } = DefaultSource;

    public string? PipelineId { get; init; }

    public string? StageId { get; init; }

    /// <summary>The visit of the present stage in <c>stageVisits</c>.</summary>
    public string? VisitId { get; init; }

    /// <summary>In ten-thousandths: <see cref="Money"/>.</summary>
    public long? DealUnits { get; init; }

    public string? DealTitle { get; init; }

    /// <summary>ISO 4217.</summary>
    public required string Currency { get; init; }

    public string? AssignedTo { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>0 to 100.</summary>
    public int Score { get; init; }

    public IReadOnlyList<ScoreDetail> ScoreDetails { get; init; } = [];

    public LeadMetadata Metadata { get; init; } = LeadMetadata.None;

    public LeadConsent Consent { get; init; } = LeadConsent.Unknown;

    public DateTimeOffset? LastContactedAt { get; init; }

    public DateTimeOffset? ConvertedAt { get; init; }

    public DateTimeOffset? EnteredStageAt { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>A claim that is being taken for this lead, such as <c>phone:+919876543210</c>, while its phone or email is being replaced.</summary>
    public string? Claiming { get; init; }

    /// <summary>What follows from the last changes and is not written on yet, oldest first.</summary>
    public IReadOnlyList<OutboxEntry> Outbox { get; init; } = [];

    /// <summary>Since when there is something in <see cref="Outbox"/>; null when there is nothing. Recovery finds leads by it.</summary>
    public DateTimeOffset? OutboxSince { get; init; }

    /// <summary>The last steps of runs that changed this lead; repeating one changes nothing.</summary>
    public IReadOnlyList<string> Applied { get; init; } = [];

    public const string DefaultSource = "website";
}

[JsonConverter(typeof(WireEnums))]
internal enum LeadStatus
{
    Open,
    Won,
    Lost,
    Archived,
}

/// <param name="Rule">The scoring rule, in words.</param>
internal sealed record ScoreDetail(string Rule, int Score);

/// <summary>What the client's own system knows of a lead.</summary>
/// <param name="Refs">Ids of its records, by name: <c>appointmentId</c>.</param>
/// <param name="Extra">Free text, numbers and booleans, by name.</param>
internal sealed record LeadMetadata(IReadOnlyDictionary<string, string> Refs, IReadOnlyDictionary<string, JsonElement> Extra)
{
    public static readonly LeadMetadata None = new(
        new Dictionary<string, string>(StringComparer.Ordinal),
        new Dictionary<string, JsonElement>(StringComparer.Ordinal));
}

/// <summary>Whether the person wants to be written to, on each channel.</summary>
internal sealed record LeadConsent(ConsentState Whatsapp, ConsentState Email)
{
    public static readonly LeadConsent Unknown = new(ConsentState.Unknown, ConsentState.Unknown);

    /// <summary>Who said so, such as <c>api</c>; null while unknown.</summary>
    public string? WhatsappSource { get; init; }

    public DateTimeOffset? WhatsappAt { get; init; }

    public string? EmailSource { get; init; }

    public DateTimeOffset? EmailAt { get; init; }

    public bool HasWithdrawnWhatsapp() => Whatsapp is ConsentState.Withdrawn;
}

[JsonConverter(typeof(WireEnums))]
internal enum ConsentState
{
    Unknown,
    Granted,
    Withdrawn,
}
