using System.Text.Json;

namespace Ecodrix.Channels.WhatsApp;

/// <summary>Reads the provider's template JSON. What a template lacks is left empty; what is no template throws.</summary>
internal static class TemplateReader
{
    public static IReadOnlyList<WhatsAppTemplate> ReadAll(JsonElement page) => [.. page.GetProperty("data").EnumerateArray().Select(Read)];

    /// <returns>Null on the last page, which has no <c>next</c>.</returns>
    public static string? NextCursor(JsonElement page) =>
        page.TryGetProperty("paging", out var paging)
        && paging.TryGetProperty("next", out _)
        && paging.TryGetProperty("cursors", out var cursors)
        && cursors.TryGetProperty("after", out var after)
            ? after.GetString()
            : null;

    private static WhatsAppTemplate Read(JsonElement json) =>
        new(
            Text(json, "id") ?? "",
            json.GetProperty("name").GetString()!,
            json.GetProperty("language").GetString()!,
            Text(json, "status") ?? "UNKNOWN",
            Text(json, "category") ?? "UNKNOWN",
            Text(json, "parameter_format") ?? "POSITIONAL")
        {
            Components = json.TryGetProperty("components", out var components) ? [.. components.EnumerateArray().Select(ReadComponent)] : [],
            QualityScore = json.TryGetProperty("quality_score", out var score) && score.ValueKind is JsonValueKind.Object ? Text(score, "score") : null,
            RejectedReason = Text(json, "rejected_reason"),
        };

    private static TemplateComponent ReadComponent(JsonElement json) =>
        new(json.GetProperty("type").GetString()!, Text(json, "format"), Text(json, "text"))
        {
            Buttons = json.TryGetProperty("buttons", out var buttons) ? [.. buttons.EnumerateArray().Select(ReadButton)] : [],
        };

    private static TemplateButton ReadButton(JsonElement json) => new(json.GetProperty("type").GetString()!, Text(json, "text"), Text(json, "url"));

    private static string? Text(JsonElement from, string name) =>
        from.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}
