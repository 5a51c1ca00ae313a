using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ecodrix.Storage.Conditions;

/// <summary>Follows a dotted path through objects. Arrays are not walked: what lies in one is missing to a path.</summary>
internal static class FieldPath
{
    public const string Id = "_id";

    // Documents that name it so in C# write their id as id.
    private const string PlainId = "id";

    public static FieldValue In(JsonElement document, string path)
    {
        foreach (var segment in path.AsSpan().Split('.'))
        {
            var name = path.AsSpan(segment);
            if (document.ValueKind is not JsonValueKind.Object
                || (!document.TryGetProperty(name, out var found) && !(path is Id && document.TryGetProperty(PlainId, out found))))
            {
                return default;
            }

            document = found;
        }

        return FieldValue.Of(document);
    }

    public static FieldValue In(JsonNode? document, string path)
    {
        foreach (var name in path.Split('.'))
        {
            if (document is not JsonObject at
                || (!at.TryGetPropertyValue(name, out var found) && !(path is Id && at.TryGetPropertyValue(PlainId, out found))))
            {
                return default;
            }

            document = found;
        }

        return FieldValue.Of(document);
    }

    /// <summary>An id compares as the text it is, whatever it looks like.</summary>
    public static bool IsId(string path) => path is Id || path.EndsWith("." + Id, StringComparison.Ordinal);
}
