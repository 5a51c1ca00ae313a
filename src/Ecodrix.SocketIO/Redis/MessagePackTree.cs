using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json.Nodes;
using Ecodrix.SocketIO.Packets;
using MessagePack;

namespace Ecodrix.SocketIO.Redis;

/// <summary>
/// Reads MessagePack into a JSON tree, with the extensions of <c>notepack</c>: dates, and of old peers also <c>undefined</c>, dates in
/// milliseconds and array buffers. What JSON has no form for becomes what JavaScript's <c>JSON.stringify</c> would make of it.
/// </summary>
internal static class MessagePackTree
{
    private const int MostLevels = 128;
    private const sbyte Legacy = 0;

    /// <returns>False for what is malformed, too deep, or has something behind it.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> message, out JsonNode? tree)
    {
        try
        {
            var reader = new MessagePackReader(message);
            tree = Read(ref reader, MostLevels);
            return reader.End;
        }
        catch (Exception malformed) when (malformed is MessagePackSerializationException or EndOfStreamException or ArgumentException or OverflowException or InvalidOperationException)
        {
            tree = null;
            return false;
        }
    }

    private static JsonNode? Read(ref MessagePackReader reader, int levels)
    {
        switch (reader.NextMessagePackType)
        {
            case MessagePackType.Nil:
                reader.ReadNil();
                return null;
            case MessagePackType.Boolean:
                return JsonValue.Create(reader.ReadBoolean());
            case MessagePackType.Integer:
                return reader.NextCode is MessagePackCode.UInt64 ? JsonValue.Create(reader.ReadUInt64()) : JsonValue.Create(reader.ReadInt64());
            case MessagePackType.Float:
                return ReadFloat(ref reader);
            case MessagePackType.String:
                return JsonValue.Create(reader.ReadString());
            case MessagePackType.Binary:
                return BinaryNode.Of(reader.ReadBytes()!.Value.ToArray());
            case MessagePackType.Array when levels > 0:
                return ReadList(ref reader, levels - 1);
            case MessagePackType.Map when levels > 0:
                return ReadMap(ref reader, levels - 1);
            case MessagePackType.Extension:
                return ReadExtension(ref reader);
            default:
                throw new MessagePackSerializationException("No such type, or too many levels.");
        }
    }

    private static JsonValue? ReadFloat(ref MessagePackReader reader)
    {
        var number = reader.ReadDouble();
        return double.IsFinite(number) ? JsonValue.Create(number) : null;
    }

    private static JsonArray ReadList(ref MessagePackReader reader, int levels)
    {
        var list = new JsonArray();
        for (var left = reader.ReadArrayHeader(); left > 0; left--)
        {
            list.Add(Read(ref reader, levels));
        }

        return list;
    }

    private static JsonObject ReadMap(ref MessagePackReader reader, int levels)
    {
        var map = new JsonObject();
        for (var left = reader.ReadMapHeader(); left > 0; left--)
        {
            var name = reader.NextMessagePackType is MessagePackType.Integer
                ? reader.ReadInt64().ToString(CultureInfo.InvariantCulture)
                : reader.ReadString() ?? throw new MessagePackSerializationException("A member has no name.");
            var isUndefined = IsUndefined(reader);
            var value = Read(ref reader, levels);
            if (!isUndefined)
            {
                map[name] = value;
            }
        }

        return map;
    }

    /// <summary>Old peers write members that are undefined, and JSON has none.</summary>
    private static bool IsUndefined(in MessagePackReader reader)
    {
        var ahead = reader.CreatePeekReader();
        return ahead.NextCode is MessagePackCode.FixExt1 && ahead.ReadExtensionFormatHeader().TypeCode is Legacy;
    }

    private static JsonNode? ReadExtension(ref MessagePackReader reader)
    {
        var code = reader.NextCode;
        var header = reader.ReadExtensionFormatHeader();
        if (header.TypeCode is ReservedMessagePackExtensionTypeCode.DateTime)
        {
            return Date(reader.ReadDateTime(header));
        }

        var bytes = reader.ReadRaw(header.Length).ToArray();
        return (header.TypeCode, code) switch
        {
            (Legacy, MessagePackCode.FixExt1) => null,
            (Legacy, MessagePackCode.FixExt8) => Date(DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(bytes)).UtcDateTime),
            (Legacy, MessagePackCode.Ext8 or MessagePackCode.Ext16 or MessagePackCode.Ext32) => BinaryNode.Of(bytes),
            _ => new JsonArray(JsonValue.Create((int)header.TypeCode), BinaryNode.Of(bytes)),
        };
    }

    private static JsonValue Date(DateTime time) =>
        JsonValue.Create(time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
}
