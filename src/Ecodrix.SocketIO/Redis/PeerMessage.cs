using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ecodrix.SocketIO.Adapters;
using Ecodrix.SocketIO.Packets;
using MessagePack;

namespace Ecodrix.SocketIO.Redis;

/// <summary>What all messages between nodes have in common: JSON or MessagePack by the first byte, packets, and who is meant.</summary>
internal static class PeerMessage
{
    /// <summary>Not written by the stock adapter, whose packets have the plain type with binary in them too.</summary>
    private const int BinaryEvent = 5;

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static bool TryRead(ReadOnlyMemory<byte> message, out JsonNode? tree) =>
        message is { IsEmpty: false, Span: [(byte)'{', ..] }
            ? JsonTree.TryRead(Encoding.UTF8.GetString(message.Span), out tree)
            : MessagePackTree.TryRead(message, out tree);

    /// <summary>As JSON text, with binary as Node's JSON has it.</summary>
    public static byte[] Json(JsonObject message) => Encoding.UTF8.GetBytes(message.ToJsonString(Relaxed));

    /// <summary>A copy of a node for JSON text.</summary>
    public static JsonNode? Copy(JsonNode? node) => JsonTree.Copy(node, bytes => new JsonObject
    {
        ["type"] = "Buffer",
        ["data"] = new JsonArray([.. bytes.Select(octet => (JsonNode?)JsonValue.Create((int)octet))]),
    });

    public static JsonArray List(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode?)JsonValue.Create(text))]);

    public static JsonObject Selection(SocketSelection sockets) => new() { ["rooms"] = List(sockets.Rooms), ["except"] = List(sockets.Except) };

    public static byte[] MessagePack(WriteMessage write)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        var writer = new MessagePackWriter(buffer);
        write(ref writer);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary><c>{type: 2, data: [event, ...], nsp}</c>; the type says nothing about binary.</summary>
    public static void WritePacket(ref MessagePackWriter writer, JsonArray serverEvent, string space)
    {
        writer.WriteMapHeader(3);
        writer.Write("type");
        writer.Write((int)SocketPacketType.Event);
        writer.Write("data");
        MessagePackTreeWriter.Write(ref writer, serverEvent);
        writer.Write("nsp");
        writer.Write(space);
    }

    /// <summary><c>{rooms, except, flags}</c>, all three always.</summary>
    public static void WriteOptions(ref MessagePackWriter writer, SocketSelection sockets, BroadcastFlags flags)
    {
        writer.WriteMapHeader(3);
        writer.Write("rooms");
        MessagePackTreeWriter.Write(ref writer, sockets.Rooms);
        writer.Write("except");
        MessagePackTreeWriter.Write(ref writer, sockets.Except);
        writer.Write("flags");
        MessagePackTreeWriter.Write(ref writer, Flags(flags));
    }

    /// <returns>False for what is no event, or one that no client would take. An event of another namespace is one.</returns>
    public static bool TryGetEvent(JsonNode? packet, out JsonArray serverEvent, out string? space)
    {
        (serverEvent, space) = ([], null);
        if (packet is not JsonObject map
            || !TryGetNumber(map["type"], out var type) || type is not ((int)SocketPacketType.Event or BinaryEvent)
            || !(map["nsp"] is null || TryGetText(map["nsp"], out space))
            || map["data"] is not JsonArray data || !IsEvent(data))
        {
            return false;
        }

        map.Remove("data");
        serverEvent = data;
        return true;
    }

    public static bool IsEvent(JsonArray data) => data is [JsonValue name, ..] && !BinaryNode.TryGet(name, out _) && name.GetValueKind() switch
    {
        JsonValueKind.String => !SocketPacketDecoder.IsReserved(name.GetValue<string>()),
        JsonValueKind.Number => true,
        _ => false,
    };

    /// <returns>False for what is malformed: it must not be taken for a wish to reach everybody. Missing rooms mean everybody.</returns>
    public static bool TryGetSelection(JsonNode? options, out SocketSelection sockets)
    {
        sockets = SocketSelection.All;
        if (options is not JsonObject map || !TryGetTexts(map["rooms"], out var rooms) || !TryGetTexts(map["except"], out var except))
        {
            return false;
        }

        sockets = new SocketSelection(rooms, except);
        return true;
    }

    /// <param name="standard">The time-out where none is given.</param>
    public static BroadcastFlags GetFlags(JsonNode? options, TimeSpan? standard)
    {
        // An empty list is what some languages make of an empty map.
        var flags = options?["flags"] as JsonObject ?? [];
        return new BroadcastFlags(
            Volatile: IsTrue(flags["volatile"]),
            Timeout: TryGetNumber(flags["timeout"], out var timeout) && timeout is >= 1 and < int.MaxValue ? TimeSpan.FromMilliseconds(timeout) : standard,
            Compress: flags["compress"]?.GetValueKind() switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null },
            ExpectSingleResponse: IsTrue(flags["expectSingleResponse"]));
    }

    /// <summary>Room names; JavaScript also knows numbers as such.</summary>
    public static bool TryGetTexts(JsonNode? node, out IReadOnlyList<string> texts)
    {
        var list = new List<string>();
        texts = list;
        if (node is not JsonArray items)
        {
            return node is null;
        }

        foreach (var item in items)
        {
            if (!TryGetText(item, out var text))
            {
                return false;
            }

            list.Add(text!);
        }

        return true;
    }

    public static bool TryGetText(JsonNode? node, out string? text)
    {
        text = null;
        return node is JsonValue value && !BinaryNode.TryGet(value, out _) && value.GetValueKind() switch
        {
            JsonValueKind.String => value.TryGetValue(out text),
            JsonValueKind.Number => (text = value.ToJsonString()) is not null,
            _ => false,
        };
    }

    public static bool TryGetNumber(JsonNode? node, out double number)
    {
        number = 0;
        return node is JsonValue value && !BinaryNode.TryGet(value, out _) && value.GetValueKind() is JsonValueKind.Number
            && double.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out number);
    }

    public static bool IsTrue(JsonNode? node) => node is JsonValue value && !BinaryNode.TryGet(value, out _) && value.GetValueKind() is JsonValueKind.True;

    private static JsonObject Flags(BroadcastFlags flags)
    {
        var map = new JsonObject();
        if (flags.Volatile)
        {
            map["volatile"] = true;
        }

        if (flags.Compress is { } compress)
        {
            map["compress"] = compress;
        }

        if (flags.Timeout is { } timeout)
        {
            map["timeout"] = Math.Max(1, (long)timeout.TotalMilliseconds);
        }

        if (flags.ExpectSingleResponse)
        {
            map["expectSingleResponse"] = true;
        }

        return map;
    }
}

/// <summary>Writes something with a writer that lives on the stack.</summary>
internal delegate void WriteMessage(ref MessagePackWriter writer);
