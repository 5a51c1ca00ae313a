using System.Text.Json.Nodes;

namespace Ecodrix.Server.Delivery;

/// <summary>Whether a person may be written to (15-semantics.md, "Consent"). Pure.</summary>
internal static class Consent
{
    public const string Withdrawn = "consent withdrawn";

    public const string Missing = "consent not given";

    /// <param name="lead">As templates see it; null when there is none.</param>
    /// <param name="channel"><c>whatsapp</c> or <c>email</c>.</param>
    /// <param name="isRequired">The client sends only to who has agreed.</param>
    /// <returns>Null when the person may.</returns>
    public static string? WhyNot(JsonObject? lead, string channel, bool isRequired) =>
        WhyNot((lead?["consent"] as JsonObject)?[channel] is JsonValue state && state.TryGetValue<string>(out var word) ? word : null, isRequired);

    /// <param name="state"><c>unknown</c>, <c>granted</c>, <c>withdrawn</c>; null is unknown.</param>
    public static string? WhyNot(string? state, bool isRequired) => state switch
    {
        "withdrawn" => Withdrawn,
        "granted" => null,
        _ => isRequired ? Missing : null,
    };

    /// <summary>What a person asked for, or needs in order to log in, goes out regardless.</summary>
    /// <param name="category">Of a template, as the provider names it; null for free text and for mail.</param>
    public static bool IsAskedFor(string? category) =>
        category is not null && (category.Equals("UTILITY", StringComparison.OrdinalIgnoreCase) || category.Equals("AUTHENTICATION", StringComparison.OrdinalIgnoreCase));
}
