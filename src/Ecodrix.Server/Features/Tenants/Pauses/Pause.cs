using System.Text.Json.Serialization;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Tenants.Pauses;

/// <summary>What the operator holds in an incident: everything that agrees with all three of these, each of which may be left open.</summary>
/// <remarks>Its id is made of them, so that pausing twice is pausing once.</remarks>
internal sealed record Pause : IDocument<Pause>
{
    public const string Callback = "callback";

    public static readonly IReadOnlyList<string> Channels = ["whatsapp", "email", "meet", Callback];

    public static Collection<Pause> Collection { get; } = new("pauses", TenantsJson.Default.Pause);

    [JsonPropertyName("_id")]
    public required string Id { get; init; }

    public long Version { get; init; } = 1;

    /// <summary>A client's code; both its live tenant and its test twin are meant. Null for every client.</summary>
    public string? Client { get; init; }

    /// <summary>One of <see cref="Channels"/>; null for all work.</summary>
    public string? Channel { get; init; }

    /// <summary>Null for every rule, and for what no rule began.</summary>
    public string? RuleId { get; init; }

    public DateTimeOffset PausedAt { get; init; }

    /// <summary>As the audit log names them.</summary>
    public required string By { get; init; }

    /// <summary>Whether it holds all due work of those it concerns, and not only some steps.</summary>
    [JsonIgnore]
    public bool IsWhole => Channel is null && RuleId is null;

    /// <summary>As the end of a sentence that begins with what is held.</summary>
    [JsonIgnore]
    public string Words => string.Join(" for ", new[]
    {
        Channel is null ? null : $"channel {Channel}",
        RuleId is null ? null : $"rule {RuleId}",
        Client is null ? "every client" : "its client",
    }.Where(part => part is not null)) + " is paused by the operator";

    public static string IdOf(string? client, string? channel, string? ruleId) => $"{client ?? "*"}|{channel ?? "*"}|{ruleId ?? "*"}";

    public bool Concerns(string client) => Client is null || string.Equals(Client, client, StringComparison.Ordinal);

    /// <param name="channel">Null for what belongs to none.</param>
    /// <param name="ruleId">Null for what no rule began.</param>
    public bool Holds(string client, string? channel, string? ruleId) =>
        !IsWhole && Concerns(client)
        && (Channel is null || string.Equals(Channel, channel, StringComparison.Ordinal))
        && (RuleId is null || string.Equals(RuleId, ruleId, StringComparison.Ordinal));
}
