using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ecodrix.SocketIO.Packets;

/// <summary>
/// Writes a tree as JavaScript's <c>JSON.stringify</c> does, byte for byte: only quotes, backslashes, control characters and halves of
/// surrogate pairs are escaped. The framework's writer has no such setting. Binary becomes a placeholder.
/// </summary>
internal static class JsonText
{
    private static readonly SearchValues<char> Special =
        SearchValues.Create([.. Enumerable.Range(0, 32).Select(code => (char)code), '"', '\\', .. Enumerable.Range(0xd800, 0x800).Select(code => (char)code)]);

    public static void Write(IBufferWriter<byte> json, JsonNode? node, List<byte[]> attachments)
    {
        switch (node)
        {
            case null:
                json.Write("null"u8);
                break;
            case JsonObject map:
                WriteObject(json, map, attachments);
                break;
            case JsonArray list:
                json.Write("["u8);
                WriteItems(json, list, attachments);
                json.Write("]"u8);
                break;
            case var binary when BinaryNode.TryGet(binary, out var bytes):
                // Depth first, in the order of the text: the other side counts the same way.
                WriteAscii(json, string.Create(CultureInfo.InvariantCulture, $"{{\"_placeholder\":true,\"num\":{attachments.Count}}}"));
                attachments.Add(bytes);
                break;
            case JsonValue value when value.TryGetValue<string>(out var text):
                WriteString(json, text);
                break;
            default:
                var plain = node.ToJsonString();
                if (node.GetValueKind() is JsonValueKind.String)
                {
                    plain = JsonSerializer.Deserialize<string>(plain)!;
                    WriteString(json, plain);
                    break;
                }

                WriteAscii(json, plain);
                break;
        }
    }

    /// <summary>A list's items without its brackets.</summary>
    public static void WriteItems(IBufferWriter<byte> json, JsonArray list, List<byte[]> attachments)
    {
        for (var at = 0; at < list.Count; at++)
        {
            if (at > 0)
            {
                json.Write(","u8);
            }

            Write(json, list[at], attachments);
        }
    }

    public static void WriteString(IBufferWriter<byte> json, string text)
    {
        json.Write("\""u8);
        var rest = text.AsSpan();
        while (rest.IndexOfAny(Special) is >= 0 and var at)
        {
            WriteUtf8(json, rest[..at]);
            rest = rest[at..];
            if (Rune.DecodeFromUtf16(rest, out _, out var length) is OperationStatus.Done && length is 2)
            {
                WriteUtf8(json, rest[..2]);
            }
            else
            {
                WriteAscii(json, Escape(rest[0]));
            }

            rest = rest[length..];
        }

        WriteUtf8(json, rest);
        json.Write("\""u8);
    }

    private static void WriteObject(IBufferWriter<byte> json, JsonObject map, List<byte[]> attachments)
    {
        json.Write("{"u8);
        var isFirst = true;
        foreach (var (name, value) in map)
        {
            if (!isFirst)
            {
                json.Write(","u8);
            }

            isFirst = false;
            WriteString(json, name);
            json.Write(":"u8);
            Write(json, value, attachments);
        }

        json.Write("}"u8);
    }

    private static string Escape(char letter) => letter switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\b' => "\\b",
        '\f' => "\\f",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        _ => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}"),
    };

    private static void WriteUtf8(IBufferWriter<byte> json, ReadOnlySpan<char> text)
    {
        if (!text.IsEmpty)
        {
            Encoding.UTF8.GetBytes(text, json);
        }
    }

    private static void WriteAscii(IBufferWriter<byte> json, ReadOnlySpan<char> text) => Encoding.ASCII.GetBytes(text, json);
}
