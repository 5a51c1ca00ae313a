using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Ecodrix.Channels.WhatsApp;

/// <summary>The provider's error object, as far as it was readable.</summary>
public sealed record WhatsAppError(int? Code, string? Message, string? Details, bool IsTransient)
{
    private const int LongestWords = 500;

    public static readonly WhatsAppError Unreadable = new(Code: null, Message: null, Details: null, IsTransient: false);

    /// <summary>Reads the body of an error answer; <see cref="Unreadable"/> when it is none.</summary>
    public static WhatsAppError Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind is JsonValueKind.Object && json.RootElement.TryGetProperty("error", out var error) && error.ValueKind is JsonValueKind.Object
                ? new WhatsAppError(
                    Number(error, "code"),
                    Text(error, "message"),
                    error.TryGetProperty("error_data", out var data) && data.ValueKind is JsonValueKind.Object ? Text(data, "details") : null,
                    error.TryGetProperty("is_transient", out var transient) && transient.ValueKind is JsonValueKind.True)
                : Unreadable;
        }
        catch (JsonException)
        {
            return Unreadable;
        }
    }

    /// <summary>The provider's own words, with its details where it gave any.</summary>
    public string Words(HttpStatusCode status)
    {
        var words = (Message, Details) switch
        {
            (null, null) => $"The provider answered {((int)status).ToString(CultureInfo.InvariantCulture)} without a reason.",
            (null, { } details) => details,
            ({ } message, null) => message,
            var (message, details) => $"{message}: {details}",
        };
        return words.Length <= LongestWords ? words : words[..LongestWords];
    }

    private static int? Number(JsonElement from, string name) =>
        from.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number && value.TryGetInt32(out var number) ? number : null;

    private static string? Text(JsonElement from, string name) =>
        from.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}
