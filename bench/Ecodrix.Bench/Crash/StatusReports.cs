using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Ecodrix.Bench.Outside;
using Ecodrix.Loopback;

namespace Ecodrix.Bench.Crash;

/// <summary>WhatsApp's provider telling, signed, how far the messages have come that it took.</summary>
internal static class StatusReports
{
    private const int AtOnce = 100;

    /// <returns>False when the server has no such route.</returns>
    /// <exception cref="IOException">It refused a report.</exception>
    public static async Task<bool> PostAsync(Uri server, string phoneNumberId, IReadOnlyList<MetaMessage> messages, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = server };
        foreach (var some in messages.Chunk(AtOnce))
        {
            var body = Encoding.UTF8.GetBytes(BodyOf(phoneNumberId, some));
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/saas/whatsapp/webhook") { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = new("application/json");
            request.Headers.Add("X-Hub-Signature-256", "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(World.AppSecret), body)));
            using var response = await http.SendAsync(request, cancellationToken);
            if (response.StatusCode is HttpStatusCode.NotFound)
            {
                return false;
            }

            if (!response.IsSuccessStatusCode)
            {
                throw new IOException($"The webhook answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellationToken)}");
            }
        }

        return true;
    }

    private static string BodyOf(string phoneNumberId, MetaMessage[] messages)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var statuses = messages.Select(message => new
        {
            id = message.Wamid,
            status = "delivered",
            timestamp = now,
            recipient_id = message.To.TrimStart('+'),
            biz_opaque_callback_data = message.EffectKey,
        });
        var value = new
        {
            messaging_product = "whatsapp",
            metadata = new { display_phone_number = "15550000000", phone_number_id = phoneNumberId },
            statuses,
        };
        return JsonSerializer.Serialize(new
        {
            @object = "whatsapp_business_account",
            entry = new[] { new { id = "102290129340398", changes = new[] { new { field = "messages", value } } } },
        });
    }
}
