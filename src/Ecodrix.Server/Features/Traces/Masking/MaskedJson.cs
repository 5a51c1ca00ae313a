using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Traces.Masking;

/// <summary>Hides what stands in JSON: the form stays, with every name, and each text and number is gone. Pure.</summary>
internal static class MaskedJson
{
    /// <summary>What we write into a callback ourselves; everything else in it is the client's own.</summary>
    private static readonly string[] OfReport =
        ["eventId", "eventLogId", "mode", "trigger", "status", "clientCode", "leadId", "rulesMatched", "runs", "runsTotal", "timestamp"];

    private static readonly JsonSerializerOptions Written = new(TracesJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static JsonElement? Of(JsonElement? json) =>
        json is { } value ? Element(Hide(value)) : null;

    /// <summary>A step's result: ids are kept.</summary>
    public static JsonElement? OfResult(JsonElement? json) =>
        json is not { ValueKind: JsonValueKind.Object } value ? Of(json) : Element(
            new JsonObject(value.EnumerateObject().DistinctBy(member => member.Name, StringComparer.Ordinal).Select(member => KeyValuePair.Create(
                member.Name,
                member.Value.ValueKind is JsonValueKind.String && DocumentId.IsValid(member.Value.GetString()) ? JsonValue.Create(member.Value.GetString()) : Hide(member.Value)))));

    /// <summary>A template's use: its name and language are kept.</summary>
    public static JsonElement? OfTemplate(JsonElement? json) => Kept(json, ["name", "language"]) is { } kept ? Element(kept) : null;

    /// <param name="isReport">Whether it is the event's own report, whose fields are known.</param>
    /// <returns>Compact JSON; a mark alone where the body is none.</returns>
    public static string? OfBody(string? body, bool isReport)
    {
        if (body is null)
        {
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(body);
            var hidden = isReport && Kept(json.RootElement, OfReport) is { } report ? report : Hide(json.RootElement);
            return hidden is null ? "null" : hidden.ToJsonString(Written);
        }
        catch (JsonException)
        {
            return Mask.Hidden;
        }
    }

    private static JsonElement Element(JsonNode? node)
    {
        using var json = JsonDocument.Parse(node?.ToJsonString(Written) ?? "null");
        return json.RootElement.Clone();
    }

    private static JsonObject? Kept(JsonElement? json, string[] names) =>
        json is not { ValueKind: JsonValueKind.Object } value ? null : new JsonObject(
            value.EnumerateObject().DistinctBy(member => member.Name, StringComparer.Ordinal).Select(member => KeyValuePair.Create(
                member.Name,
                names.Contains(member.Name, StringComparer.Ordinal) ? JsonNode.Parse(member.Value.GetRawText()) : Hide(member.Value))));

    private static JsonNode? Hide(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => new JsonObject(
            value.EnumerateObject().DistinctBy(member => member.Name, StringComparer.Ordinal).Select(member => KeyValuePair.Create(member.Name, Hide(member.Value)))),
        JsonValueKind.Array => new JsonArray([.. value.EnumerateArray().Select(Hide)]),
        JsonValueKind.String or JsonValueKind.Number => JsonValue.Create(Mask.Hidden),
        JsonValueKind.True or JsonValueKind.False => JsonValue.Create(value.GetBoolean()),
        _ => null,
    };
}
