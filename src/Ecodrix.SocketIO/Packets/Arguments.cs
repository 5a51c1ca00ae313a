using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ecodrix.SocketIO.Packets;

/// <summary>From .NET values to the tree that a packet is written from.</summary>
internal static class Arguments
{
    /// <summary>An event: its name, then the arguments.</summary>
    /// <exception cref="ArgumentException">The name is one of the protocol's own.</exception>
    public static JsonArray Event(string name, ReadOnlySpan<object?> arguments, JsonSerializerOptions json)
    {
        if (SocketPacketDecoder.IsReserved(name))
        {
            throw new ArgumentException($"'{name}' is a name of the protocol's own.", nameof(name));
        }

        return List([name, .. arguments], json);
    }

    public static JsonArray List(ReadOnlySpan<object?> arguments, JsonSerializerOptions json)
    {
        var items = new JsonNode?[arguments.Length];
        for (var at = 0; at < arguments.Length; at++)
        {
            items[at] = Node(arguments[at], json);
        }

        return new JsonArray(items);
    }

    private static JsonNode? Node(object? argument, JsonSerializerOptions json) => argument switch
    {
        null => null,
        byte[] bytes => BinaryNode.Of(bytes),
        ReadOnlyMemory<byte> bytes => BinaryNode.Of(bytes.ToArray()),
        JsonNode node => node.Parent is null ? node : JsonTree.Copy(node),
        JsonElement element => JsonTree.Build(element),
        string text => JsonValue.Create(text),
        _ => JsonSerializer.SerializeToNode(argument, argument.GetType(), json),
    };
}
