using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ecodrix.SocketIO.Packets;
using MessagePack;

namespace Ecodrix.SocketIO.Redis;

/// <summary>Writes a JSON tree as MessagePack in the way of the stock adapter's <c>notepack</c>: integers in their shortest form, other numbers as float 64, binary as bin.</summary>
internal static class MessagePackTreeWriter
{
    private const double LargestExact = 1L << 53;

    public static void Write(ref MessagePackWriter writer, JsonNode? node)
    {
        switch (node)
        {
            case null:
                writer.WriteNil();
                break;
            case JsonObject map:
                writer.WriteMapHeader(map.Count);
                foreach (var (name, value) in map)
                {
                    writer.Write(name);
                    Write(ref writer, value);
                }

                break;
            case JsonArray list:
                writer.WriteArrayHeader(list.Count);
                foreach (var item in list)
                {
                    Write(ref writer, item);
                }

                break;
            default:
                WriteValue(ref writer, node.AsValue());
                break;
        }
    }

    public static void Write(ref MessagePackWriter writer, IReadOnlyList<string> texts)
    {
        writer.WriteArrayHeader(texts.Count);
        foreach (var text in texts)
        {
            writer.Write(text);
        }
    }

    private static void WriteValue(ref MessagePackWriter writer, JsonValue value)
    {
        if (BinaryNode.TryGet(value, out var bytes))
        {
            writer.Write(bytes);
            return;
        }

        switch (value.GetValueKind())
        {
            case JsonValueKind.String when value.TryGetValue<string>(out var text):
                writer.Write(text);
                break;
            case JsonValueKind.Number:
                WriteNumber(ref writer, value.ToJsonString());
                break;
            case JsonValueKind.True or JsonValueKind.False:
                writer.Write(value.GetValueKind() is JsonValueKind.True);
                break;
            case JsonValueKind.Null or JsonValueKind.Undefined:
                writer.WriteNil();
                break;
            default:
                // A .NET value behind the node, such as a date: what its JSON says.
                Write(ref writer, JsonTree.TryRead(value.ToJsonString(), out var tree) ? tree : null);
                break;
        }
    }

    /// <summary>JavaScript knows no difference between 1, 1.0 and 1e0; beyond 53 bits whole numbers stay whole where they were written so.</summary>
    private static void WriteNumber(ref MessagePackWriter writer, string digits)
    {
        if (long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
        {
            writer.Write(whole);
        }
        else if (ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var large))
        {
            writer.Write(large);
        }
        else
        {
            var number = double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture);
            if (double.IsInteger(number) && Math.Abs(number) <= LargestExact)
            {
                writer.Write((long)number);
            }
            else
            {
                writer.Write(number);
            }
        }
    }
}
