using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ecodrix.Server.Features.Events.Triggers;

/// <summary>Takes an object out of a request's body, so that it may be kept: each name once, and every text readable.</summary>
internal static class Payload
{
    public const int Largest = 256 * 1024;

    /// <summary>Less than a document may have, since a payload is kept inside one.</summary>
    private const int Deepest = 60;

    /// <summary>What to tell of a payload that <see cref="Detach"/> does not take.</summary>
    public const string Unfit = "is nested more than 60 levels deep, or has a text with half a surrogate pair";

    private static readonly JsonDocumentOptions Unambiguous = new() { AllowDuplicateProperties = false, MaxDepth = Deepest };

    public static int SizeOf(JsonElement? payload) => payload is { } given ? JsonMarshal.GetRawUtf8Value(given).Length : 0;

    /// <returns>Null when it is nested too deeply, or a text in it has half a surrogate pair.</returns>
    public static JsonElement? Detach(JsonElement value)
    {
        var raw = JsonMarshal.GetRawUtf8Value(value);
        if (raw.IndexOf("\\u"u8) >= 0 && HasBrokenText(value))
        {
            return null;
        }

        try
        {
            return JsonElement.Parse(raw, Unambiguous);
        }
        catch (JsonException)
        {
            // A name is there twice, of which the last counts, as JavaScript reads it; or it is too deep.
            return DepthOf(value) > Deepest ? null : JsonSerializer.SerializeToElement(LastOnly(value), EventsJson.Default.JsonNode);
        }
    }

    private static int DepthOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => 1 + value.EnumerateObject().Select(member => DepthOf(member.Value)).DefaultIfEmpty().Max(),
        JsonValueKind.Array => 1 + value.EnumerateArray().Select(DepthOf).DefaultIfEmpty().Max(),
        _ => 0,
    };

    private static JsonNode? LastOnly(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                var members = new JsonObject();
                foreach (var member in value.EnumerateObject())
                {
                    members[member.Name] = LastOnly(member.Value);
                }

                return members;
            case JsonValueKind.Array:
                return new JsonArray([.. value.EnumerateArray().Select(LastOnly)]);
            case JsonValueKind.Null:
                return null;
            default:
                return JsonValue.Create(value.Clone());
        }
    }

    private static bool HasBrokenText(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().Any(member => !CanRead(member) || HasBrokenText(member.Value)),
        JsonValueKind.Array => value.EnumerateArray().Any(HasBrokenText),
        JsonValueKind.String => !CanRead(value),
        _ => false,
    };

    private static bool CanRead(JsonElement text)
    {
        try
        {
            return text.GetString() is not null;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static bool CanRead(JsonProperty member)
    {
        try
        {
            return member.Name is not null;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
