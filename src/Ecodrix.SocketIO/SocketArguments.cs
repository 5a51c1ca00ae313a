using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ecodrix.SocketIO.Packets;

namespace Ecodrix.SocketIO;

/// <summary>What came with an event or an answer.</summary>
public sealed class SocketArguments : IReadOnlyList<JsonNode?>
{
    private readonly JsonArray _items;
    private readonly int _first;
    private readonly JsonSerializerOptions _json;

    internal SocketArguments(JsonArray items, int first, JsonSerializerOptions json) => (_items, _first, _json) = (items, first, json);

    public int Count => Math.Max(0, _items.Count - _first);

    /// <summary>The argument as it came; binary is a <see cref="BinaryNode"/>.</summary>
    public JsonNode? this[int index] => _items[_first + index];

    /// <summary>Reads an argument as a type.</summary>
    /// <returns>False when there is no such argument, it is null, or it does not fit the type.</returns>
    public bool TryGet<T>(int index, [NotNullWhen(true)] out T? value)
    {
        value = default;
        if (index < 0 || index >= Count || this[index] is not { } node)
        {
            return false;
        }

        if (node is T same)
        {
            value = same;
            return true;
        }

        if (BinaryNode.TryGet(node, out var bytes) && bytes is T binary)
        {
            value = binary;
            return true;
        }

        try
        {
            // Inside an object .NET knows binary as base64.
            value = JsonTree.Copy(node, inner => JsonValue.Create(Convert.ToBase64String(inner))).Deserialize<T>(_json);
            return value is not null;
        }
        catch (Exception misfit) when (misfit is JsonException or NotSupportedException)
        {
            return false;
        }
    }

    public IEnumerator<JsonNode?> GetEnumerator() => _items.Skip(_first).GetEnumerator();

    System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
}
