using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Ecodrix.Channels;
using Ecodrix.Channels.WhatsApp;
using Ecodrix.Server.Configuration;

namespace Ecodrix.Server.Delivery;

/// <summary>Plays the providers: takes what they would take, and refuses what a magic recipient asks to have refused (60-admin-config.md, "Sandbox").</summary>
internal sealed class SandboxChannels(Settings settings, TimeProvider clock)
{
    private const string MagicPhones = "+919999";

    private static readonly TimeSpan Slowness = TimeSpan.FromSeconds(3);

    /// <param name="phone">E.164; <c>+919999</c> and one of Meta's six-digit codes answers with that error.</param>
    public static DeliveryResult SendWhatsApp(string phone, string effectId)
    {
        if (phone.Length == MagicPhones.Length + 6
            && phone.StartsWith(MagicPhones, StringComparison.Ordinal)
            && int.TryParse(phone.AsSpan(MagicPhones.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var code)
            && WhatsAppErrors.Find(code) is not null)
        {
            var error = new WhatsAppError(code, $"(#{code}) Forced by a magic phone number of the sandbox", Details: null, IsTransient: false);
            return WhatsAppErrors.Decide(error, HttpStatusCode.BadRequest, notBefore: null);
        }

        return new WhatsAppAccepted($"wamid.sandbox.{effectId}", phone[1..], UserId: null, MessageStatus: "accepted");
    }

    /// <param name="address"><c>bounce@</c>, <c>defer@</c> and <c>slow@</c> do as they say.</param>
    public async Task<DeliveryResult> SendEmailAsync(string address, string effectId, CancellationToken cancellationToken)
    {
        switch (address.Split('@')[0].ToLowerInvariant())
        {
            case "bounce":
                return new DeliveryResult.Refused("550", "5.1.1 The mailbox does not exist.") { Reach = RefusalReach.Recipient };
            case "defer":
                return new DeliveryResult.TryLater("4.2.0 The mailbox is busy.") { Code = "450" };
            case "slow":
                await Task.Delay(Slowness, clock, cancellationToken);
                break;
        }

        return new DeliveryResult.Sent($"<{effectId}@sandbox.ecodrix>");
    }

    /// <summary>A link that looks like a meeting's and is the same for the same effect.</summary>
    public string MeetLink(string effectId)
    {
        const string Letters = "abcdefghijklmnopqrstuvwxyz";
        var hash = SHA256.HashData(Encoding.ASCII.GetBytes(effectId));
        var letters = string.Concat(hash.Take(10).Select(value => Letters[value % Letters.Length]));
        return $"{Root()}/sandbox/meet/{letters[..3]}-{letters[3..7]}-{letters[7..]}";
    }

    // Where no public address is known the link is only looked at: no meeting stands behind it anywhere.
    private string Root() => settings.PublicUrl?.AbsoluteUri.TrimEnd('/') ?? "http://localhost";
}

/// <summary>How far a sandboxed message has come: computed from when it was sent, not stored.</summary>
internal static class SandboxProgress
{
    private static readonly TimeSpan Delivering = TimeSpan.FromMilliseconds(300);

    private static readonly TimeSpan Reading = TimeSpan.FromMilliseconds(800);

    public static DateTimeOffset DeliveredAt(DateTimeOffset sentAt) => sentAt + Delivering;

    public static DateTimeOffset ReadAt(DateTimeOffset sentAt) => sentAt + Reading;
}
