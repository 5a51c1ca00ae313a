using System.Text.Json.Nodes;

namespace Ecodrix.Engine.Runs;

/// <summary>Whether two events speak of the same thing.</summary>
internal static class Agreement
{
    /// <param name="path">Within the values that templates see: <c>data.appointmentId</c>.</param>
    /// <returns>False also when it is missing in either.</returns>
    public static bool On(string path, JsonObject one, JsonObject other) =>
        At(one, path) is { } here && At(other, path) is { } there && JsonNode.DeepEquals(here, there);

    private static JsonNode? At(JsonNode? node, string path)
    {
        foreach (var name in path.Split('.'))
        {
            node = (node as JsonObject)?[name];
        }

        return node;
    }
}
