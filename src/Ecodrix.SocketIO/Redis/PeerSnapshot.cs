using System.Globalization;
using System.Text.Json.Nodes;
using Ecodrix.SocketIO.Adapters;
using Ecodrix.SocketIO.Packets;

namespace Ecodrix.SocketIO.Redis;

/// <summary>A socket as nodes tell each other of it: <c>{id, handshake, rooms, data}</c>.</summary>
internal static class PeerSnapshot
{
    public static JsonObject Write(SocketSnapshot socket) => new()
    {
        ["id"] = socket.Id,
        ["handshake"] = WriteHandshake(socket.Handshake),
        ["rooms"] = PeerMessage.List(socket.Rooms),
        ["data"] = PeerMessage.Copy(socket.Data),
    };

    /// <returns>Null when it does not even have an id. What else is missing is empty.</returns>
    public static SocketSnapshot? Read(JsonNode? node)
    {
        if (node is not JsonObject map || !PeerMessage.TryGetText(map["id"], out var id))
        {
            return null;
        }

        PeerMessage.TryGetTexts(map["rooms"], out var rooms);
        return new SocketSnapshot(id!, ReadHandshake(map["handshake"] as JsonObject ?? []), [.. rooms], JsonTree.Copy(map["data"]));
    }

    private static JsonObject WriteHandshake(SocketHandshake handshake) => new()
    {
        // Node knows headers by lower-case names.
        ["headers"] = new JsonObject(handshake.Headers.Select(header => KeyValuePair.Create(header.Key.ToLowerInvariant(), (JsonNode?)header.Value))),
        ["time"] = handshake.Issued.UtcDateTime.ToString("ddd MMM dd yyyy HH:mm:ss 'GMT+0000 (Coordinated Universal Time)'", CultureInfo.InvariantCulture),
        ["address"] = handshake.Address,
        ["xdomain"] = handshake.IsCrossDomain,
        ["secure"] = handshake.IsSecure,
        ["issued"] = handshake.Issued.ToUnixTimeMilliseconds(),
        ["url"] = handshake.Url,
        ["query"] = new JsonObject(handshake.Query.Select(parameter => KeyValuePair.Create(parameter.Key, (JsonNode?)parameter.Value))),
        ["auth"] = PeerMessage.Copy(handshake.Auth),
    };

    private static SocketHandshake ReadHandshake(JsonObject map) => new()
    {
        Headers = Texts(map["headers"], StringComparer.OrdinalIgnoreCase),
        Query = Texts(map["query"], StringComparer.Ordinal),
        Issued = PeerMessage.TryGetNumber(map["issued"], out var issued) && issued is >= 0 and < 1e14
            ? DateTimeOffset.FromUnixTimeMilliseconds((long)issued)
            : DateTimeOffset.UnixEpoch,
        Address = Text(map["address"]),
        IsCrossDomain = PeerMessage.IsTrue(map["xdomain"]),
        IsSecure = PeerMessage.IsTrue(map["secure"]),
        Url = Text(map["url"]),
        Auth = JsonTree.Copy(map["auth"]) as JsonObject ?? [],
    };

    private static Dictionary<string, string> Texts(JsonNode? node, StringComparer comparer)
    {
        var texts = new Dictionary<string, string>(comparer);
        foreach (var (name, value) in node as JsonObject ?? [])
        {
            // What came several times is a list.
            texts[name] = value is JsonArray list ? string.Join(", ", list.Select(Text)) : Text(value);
        }

        return texts;
    }

    private static string Text(JsonNode? node) => PeerMessage.TryGetText(node, out var text) ? text! : "";
}
