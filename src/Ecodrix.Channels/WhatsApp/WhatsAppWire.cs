using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Ecodrix.Channels.WhatsApp;

/// <summary>The Cloud API's JSON, written and read.</summary>
internal static class WhatsAppWire
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Text(WhatsAppMessage message, WhatsAppContent.Text text) => Write(message, "text", json =>
    {
        json.WriteString("body", text.Body);
        json.WriteBoolean("preview_url", text.PreviewUrl);
    });

    public static byte[] Template(WhatsAppMessage message, WhatsAppContent.Template template, IReadOnlyList<SentComponent> components) =>
        Write(message, "template", json =>
        {
            json.WriteString("name", template.Name);
            json.WriteStartObject("language");
            json.WriteString("code", template.Language);
            json.WriteEndObject();

            if (components.Count is 0)
            {
                return;
            }

            json.WriteStartArray("components");
            foreach (var component in components)
            {
                WriteComponent(json, component);
            }

            json.WriteEndArray();
        });

    /// <returns>Null when the answer is not one that says a message was taken.</returns>
    public static WhatsAppAccepted? ReadAccepted(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (First(json.RootElement, "messages") is not { } message || TextOf(message, "id") is not { Length: > 0 } wamid)
            {
                return null;
            }

            var contact = First(json.RootElement, "contacts");
            return new WhatsAppAccepted(wamid, TextOf(contact, "wa_id"), TextOf(contact, "user_id"), TextOf(message, "message_status"));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static byte[] Write(WhatsAppMessage message, string type, Action<Utf8JsonWriter> writeContent)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(buffer, Compact);

        json.WriteStartObject();
        json.WriteString("messaging_product", "whatsapp");
        json.WriteString("recipient_type", "individual");
        if (message.To.Phone is { } phone)
        {
            json.WriteString("to", phone);
        }
        else
        {
            json.WriteString("recipient", message.To.UserId);
        }

        if (message.ReplyTo is { } wamid)
        {
            json.WriteStartObject("context");
            json.WriteString("message_id", wamid);
            json.WriteEndObject();
        }

        json.WriteString("type", type);
        json.WriteStartObject(type);
        writeContent(json);
        json.WriteEndObject();
        json.WriteString("biz_opaque_callback_data", message.EffectKey);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteComponent(Utf8JsonWriter json, SentComponent component)
    {
        json.WriteStartObject();
        json.WriteString("type", component.Type);
        if (component.SubType is { } subType)
        {
            json.WriteString("sub_type", subType);
        }

        if (component.Index is { } index)
        {
            json.WriteString("index", index.ToString(CultureInfo.InvariantCulture));
        }

        json.WriteStartArray("parameters");
        foreach (var parameter in component.Parameters)
        {
            WriteParameter(json, parameter);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteParameter(Utf8JsonWriter json, SentParameter parameter)
    {
        json.WriteStartObject();
        json.WriteString("type", parameter.Type);
        if (parameter.Name is { } name)
        {
            json.WriteString("parameter_name", name);
        }

        if (parameter.Type is "image" or "video" or "document")
        {
            // What looks like an address is one; anything else is the id of media uploaded before.
            json.WriteStartObject(parameter.Type);
            json.WriteString(parameter.Value.StartsWith("https://", StringComparison.Ordinal) ? "link" : "id", parameter.Value);
            json.WriteEndObject();
        }
        else
        {
            json.WriteString(parameter.Type, parameter.Value);
        }

        json.WriteEndObject();
    }

    private static JsonElement? First(JsonElement from, string name) =>
        from.ValueKind is JsonValueKind.Object && from.TryGetProperty(name, out var list) && list.ValueKind is JsonValueKind.Array && list.GetArrayLength() > 0
            ? list[0]
            : null;

    private static string? TextOf(JsonElement? from, string name) =>
        from is { ValueKind: JsonValueKind.Object } element && element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String
            ? value.GetString()
            : null;
}
