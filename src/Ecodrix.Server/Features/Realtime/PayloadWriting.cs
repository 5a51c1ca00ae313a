using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ecodrix.Server.Http;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Realtime;

/// <summary>Writes what an event says, once; the bytes are then kept and delivered as they are.</summary>
internal static class PayloadWriting
{
    /// <param name="content">Names and values: JSON that is there already, text, numbers, instants or null.</param>
    /// <param name="bytes">How many it has.</param>
    public static JsonElement Write(ReadOnlySpan<(string Name, object? Value)> content, out int bytes)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Envelope.WriterOptions))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in content)
            {
                writer.WritePropertyName(name);
                WriteValue(writer, value);
            }

            writer.WriteEndObject();
        }

        bytes = buffer.WrittenCount;
        return Read(buffer.WrittenMemory);
    }

    /// <summary>What was told together with its number and its time; an <c>at</c> of its own stays.</summary>
    public static JsonElement WithNumber(JsonElement payload, long seq, DateTimeOffset at)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Envelope.WriterOptions))
        {
            writer.WriteStartObject();
            foreach (var member in payload.EnumerateObject())
            {
                member.WriteTo(writer);
            }

            writer.WriteNumber("seq", seq);
            if (!payload.TryGetProperty("at", out _))
            {
                writer.WriteString("at", Instants.Write(at));
            }

            writer.WriteEndObject();
        }

        return Read(buffer.WrittenMemory);
    }

    private static void WriteValue(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case JsonElement element:
                element.WriteTo(writer);
                break;
            case JsonNode node:
                node.WriteTo(writer);
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            case long number:
                writer.WriteNumberValue(number);
                break;
            case double number:
                writer.WriteNumberValue(number);
                break;
            case DateTimeOffset instant:
                writer.WriteStringValue(Instants.Write(instant));
                break;
            case null:
                writer.WriteNullValue();
                break;
            default:
                throw new ArgumentException($"{value.GetType()} is nothing that an event says.", nameof(value));
        }
    }

    private static JsonElement Read(ReadOnlyMemory<byte> json)
    {
        var reader = new Utf8JsonReader(json.Span, new JsonReaderOptions { MaxDepth = 256 });
        return JsonElement.ParseValue(ref reader);
    }
}
