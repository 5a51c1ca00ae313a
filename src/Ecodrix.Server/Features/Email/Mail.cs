using System.Text.Json.Serialization;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Email;

/// <summary>One mail that was sent, or was to be. One sent by a step has the step's effect id, so that adding it twice is adding it once.</summary>
internal sealed record Mail : IDocument<Mail>
{
    public static Collection<Mail> Collection { get; } = new(
        "emails",
        EmailJson.Default.Mail,
        new DocumentIndex("leadId", "_id"),
        new DocumentIndex("sandboxed", "_id") { OnlyWhenSet = "sandboxed" });

    [JsonPropertyName("_id")]
    public required string Id { get; init; }

    public long Version { get; init; } = 1;

    public string? LeadId { get; init; }

    public required string To { get; init; }

    public required string Subject { get; init; }

    public string? Html { get; init; }

    public string? Text { get; init; }

    public MailStatus Status { get; init; }

    /// <summary>As it stands in the header.</summary>
    public string? MessageId { get; init; }

    public MailError? Error { get; init; }

    public required string Provider { get; init; }

    /// <summary>True for the sandbox's, else null; the outbox finds them by it.</summary>
    public bool? Sandboxed { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? SentAt { get; init; }
}

internal enum MailStatus
{
    Sent,
    Failed,

    /// <summary>It was handed over and nobody knows whether it was taken.</summary>
    Unknown,
}

internal sealed record MailError(string Code, string Message);

/// <summary>How the feature's documents are written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(InstantConverter), typeof(WireEnums)])]
[JsonSerializable(typeof(Mail))]
internal sealed partial class EmailJson : JsonSerializerContext;
