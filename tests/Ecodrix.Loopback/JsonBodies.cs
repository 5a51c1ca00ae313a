using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Ecodrix.Loopback;

internal static class JsonBodies
{
    /// <returns>Null when the request's body is no JSON object, or does not say that it is JSON.</returns>
    public static async Task<JsonDocument?> TryReadAsync(HttpContext context)
    {
        using var bytes = new MemoryStream();
        await context.Request.Body.CopyToAsync(bytes, context.RequestAborted);
        if (!(context.Request.ContentType ?? "").StartsWith("application/json", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        try
        {
            var json = JsonDocument.Parse(bytes.ToArray());
            if (json.RootElement.ValueKind is JsonValueKind.Object)
            {
                return json;
            }

            json.Dispose();
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static string? Text(this JsonElement from, string name) =>
        from.ValueKind is JsonValueKind.Object && from.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}
