using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Ecodrix.Loopback;

/// <summary>Writes what Meta posts to a webhook: its envelope, its escapes, its signature over the raw bytes.</summary>
public static class MetaWebhook
{
    public const string SignatureHeader = "X-Hub-Signature-256";

    /// <summary>One element of <c>statuses</c>.</summary>
    /// <param name="status"><c>sent delivered read failed</c>.</param>
    /// <param name="effectKey">What came with the message as <c>biz_opaque_callback_data</c>; null leaves it out.</param>
    public static JsonObject Status(string wamid, string status, string to, string? effectKey, DateTimeOffset at)
    {
        var written = new JsonObject
        {
            ["id"] = wamid,
            ["status"] = status,
            ["timestamp"] = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
            ["recipient_id"] = to.TrimStart('+'),
        };
        if (effectKey is not null)
        {
            written["biz_opaque_callback_data"] = effectKey;
        }

        if (status is "failed")
        {
            written["errors"] = new JsonArray(new JsonObject
            {
                ["code"] = 131026,
                ["title"] = "Message undeliverable",
                ["message"] = "Message undeliverable",
                ["error_data"] = new JsonObject { ["details"] = "Message Undeliverable — try later." },
            });
        }

        return written;
    }

    /// <summary>A customer's message, as an element of <c>messages</c>.</summary>
    public static JsonObject Text(string wamid, string from, string text, DateTimeOffset at) => new()
    {
        ["from"] = from.TrimStart('+'),
        ["id"] = wamid,
        ["timestamp"] = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        ["type"] = "text",
        ["text"] = new JsonObject { ["body"] = text },
    };

    /// <summary>A change of one number.</summary>
    /// <param name="list"><c>statuses</c> or <c>messages</c>.</param>
    public static JsonObject Change(string phoneNumberId, string list, params JsonObject[] elements) => new()
    {
        ["field"] = "messages",
        ["value"] = new JsonObject
        {
            ["messaging_product"] = "whatsapp",
            ["metadata"] = new JsonObject { ["display_phone_number"] = "15550783881", ["phone_number_id"] = phoneNumberId },
            ["contacts"] = new JsonArray(new JsonObject { ["profile"] = new JsonObject { ["name"] = "Āśā ☕" }, ["wa_id"] = "919876543210" }),
            [list] = new JsonArray([.. elements.Select(element => (JsonNode)element.DeepClone())]),
        },
    };

    /// <summary>The bytes of a post: everything beyond ASCII as <c>\uXXXX</c>, and slashes escaped.</summary>
    public static byte[] Body(string businessId, params JsonObject[] changes)
    {
        var body = new JsonObject
        {
            ["object"] = "whatsapp_business_account",
            ["entry"] = new JsonArray(new JsonObject { ["id"] = businessId, ["changes"] = new JsonArray([.. changes.Select(change => (JsonNode)change.DeepClone())]) }),
        };
        return Encoding.ASCII.GetBytes(body.ToJsonString().Replace("/", "\\/", StringComparison.Ordinal));
    }

    /// <param name="secret">Null signs nothing.</param>
    public static HttpRequestMessage Post(string path, byte[] body, string? secret)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (secret is not null)
        {
            request.Headers.Add(SignatureHeader, "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body)));
        }

        return request;
    }
}
