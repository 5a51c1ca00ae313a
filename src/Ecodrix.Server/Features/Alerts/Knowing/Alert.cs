using System.Text.Json.Serialization;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Alerts.Knowing;

/// <summary>One matter that an operator is told of, as all instances know it: whether it lasts, and what is still to be said of it.</summary>
/// <remarks>What is to be said stands in the same document as why, so a crash neither forgets a message nor makes two of it.</remarks>
internal sealed record Alert : IDocument<Alert>
{
    public static Collection<Alert> Collection { get; } = new(
        "alerts",
        AlertsJson.Default.Alert,
        new DocumentIndex("tenant"),
        new DocumentIndex("dueAt") { OnlyWhenSet = "dueAt" });

    /// <summary><see cref="AlertKind.IdOf"/>.</summary>
    [JsonPropertyName("_id")]
    public required string Id { get; init; }

    public long Version { get; init; } = 1;

    public required string Kind { get; init; }

    /// <summary>Whose it is; null where it is nobody's alone. It goes with the tenant.</summary>
    public string? Tenant { get; init; }

    /// <summary>How often it began. A number of which no two messages of it are the same.</summary>
    public int Episode { get; init; }

    /// <summary>When it began last.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When it was last known to last; kept to a few minutes.</summary>
    public required DateTimeOffset SeenAt { get; init; }

    /// <summary>Since when it seems to be over; null while it lasts. It is over when that was so for a while.</summary>
    public DateTimeOffset? ClearSince { get; init; }

    public bool IsOver { get; init; }

    /// <summary>Of this episode, how many messages were made.</summary>
    public int Told { get; init; }

    public DateTimeOffset? ToldAt { get; init; }

    /// <summary>Of what happens and does not last: how often it has since the last message.</summary>
    public int Untold { get; init; }

    /// <summary>Of what happens: the last ids of where it did, so that hearing of one twice is hearing of it once.</summary>
    public IReadOnlyList<string> Where { get; init; } = [];

    /// <summary>Of what is counted by looking: up to where was looked.</summary>
    public string? Mark { get; init; }

    public AlertDetails Details { get; init; } = AlertDetails.None;

    /// <summary>The messages that were not delivered yet, in the order in which they leave.</summary>
    public IReadOnlyList<AlertPost> Posts { get; init; } = [];

    /// <summary>When there is next something to deliver or to make a message of; null when there is nothing.</summary>
    public DateTimeOffset? DueAt { get; init; }
}

/// <summary>A message as it leaves: id and body are the same in every attempt.</summary>
/// <param name="Id">What <c>webhook-id</c> says.</param>
/// <param name="Attempts">How often it was tried.</param>
internal sealed record AlertPost(string Id, string Body, DateTimeOffset MadeAt, DateTimeOffset DueAt, int Attempts);

/// <summary>What is known of the matter. No personal data: codes of clients, ids, counts and times.</summary>
internal sealed record AlertDetails
{
    public static readonly AlertDetails None = new();

    /// <summary><c>interactive</c> or <c>bulk</c>.</summary>
    public string? Lane { get; init; }

    public long? OldestDueSeconds { get; init; }

    /// <summary>The client whose work is the oldest.</summary>
    public string? ClientCode { get; init; }

    /// <summary><c>services</c> or <c>client</c>.</summary>
    public string? Database { get; init; }

    /// <summary><c>whatsapp</c>, <c>email</c> or <c>googleMeet</c>, as in a client's health.</summary>
    public string? Service { get; init; }

    /// <summary>The provider's.</summary>
    public string? Code { get; init; }

    public int? Count { get; init; }

    /// <summary>The last of them.</summary>
    public IReadOnlyList<string>? EventLogIds { get; init; }

    /// <summary><c>apiKey</c> or <c>whatsappToken</c>.</summary>
    public string? Token { get; init; }

    public string? KeyId { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }
}
