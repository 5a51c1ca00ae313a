using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ecodrix.Storage.Conditions;

/// <summary>Follows a dotted path through objects. Arrays are not walked: what lies in one is missing to a path.</summary>
internal static class FieldPath
{
    public const string Id = "_id";

    public static FieldValue In(JsonElement document, string path)
    {
        foreach (var segment in path.AsSpan().Split('.'))
        {
            if (document.ValueKind is not JsonValueKind.Object || !document.TryGetProperty(path.AsSpan(segment), out document))
            {
                return default;
            }
        }

        return FieldValue.Of(document);
    }

    public static FieldValue In(JsonNode? document, string path)
    {
        foreach (var segment in path.Split('.'))
        {
            if (document is not JsonObject found || !found.TryGetPropertyValue(segment, out document))
            {
                return default;
            }
        }

        return FieldValue.Of(document);
    }

    /// <summary>An id compares as the text it is, whatever it looks like.</summary>
    public static bool IsId(string path) => path is Id || path.EndsWith("." + Id, StringComparison.Ordinal);
}
