using System.Text.Json;

namespace Ecodrix.Server.Delivery;

/// <summary>What a channel keeps of one effect (a message, a mail, a meeting), for whoever asks what happened.</summary>
internal sealed record EffectRecord
{
    /// <summary>The id of the step's effect, or of a message that was asked for by itself.</summary>
    public required string Id { get; init; }

    /// <summary><c>whatsapp</c>, <c>email</c> or <c>meet</c>.</summary>
    public required string Channel { get; init; }

    public required string Provider { get; init; }

    /// <summary>The provider's own id of it.</summary>
    public string? ProviderId { get; init; }

    public string? LeadId { get; init; }

    public string? To { get; init; }

    public string? Subject { get; init; }

    public string? Text { get; init; }

    public string? Html { get; init; }

    /// <summary><c>name language variables</c> of a template message.</summary>
    public JsonElement? Template { get; init; }

    public string? MeetLink { get; init; }

    /// <summary>As the wire spells it.</summary>
    public required string Status { get; init; }

    /// <summary>Of a refused or unknown one, in the provider's words.</summary>
    public EffectError? Error { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it came to which status, in order.</summary>
    public IReadOnlyList<EffectTime> Times { get; init; } = [];
}

internal sealed record EffectError(string Code, string Message);

internal sealed record EffectTime(string Status, DateTimeOffset At);
