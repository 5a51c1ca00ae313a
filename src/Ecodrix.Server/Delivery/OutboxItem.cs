using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ecodrix.Server.Delivery;

/// <summary>Something the sandbox took in place of a provider, for a person to look at.</summary>
internal sealed record OutboxItem
{
    [JsonPropertyName("_id")]
    public required string Id { get; init; }

    /// <summary><c>whatsapp</c>, <c>email</c> or <c>meet</c>.</summary>
    public required string Channel { get; init; }

    public string Provider { get; init; } = Providers.Sandbox;

    public string? To { get; init; }

    public string? LeadId { get; init; }

    public required string Type { get; init; }

    public string? Subject { get; init; }

    public string? Text { get; init; }

    public string? Html { get; init; }

    /// <summary><c>name language variables</c> of a template message.</summary>
    public JsonElement? Template { get; init; }

    public string? MeetLink { get; init; }

    public required string Status { get; init; }

    /// <summary>Of a refused one: <c>code</c> and <c>message</c>.</summary>
    public OutboxError? Error { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}

internal sealed record OutboxError(string Code, string Message);
