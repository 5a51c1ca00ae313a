using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Ecodrix.Channels.Callbacks;

/// <summary>The secrets that a receiver may hold.</summary>
/// <param name="Current">The newest.</param>
/// <param name="Previous">The one before it, while a rotation overlaps.</param>
public sealed record CallbackSecrets(string Current, string? Previous = null)
{
    /// <summary>Names no secret.</summary>
    public override string ToString() => Previous is null ? "one secret" : "two secrets";
}

/// <summary>
/// Signs a callback in two schemes. The plain one keys the HMAC with the whole secret as UTF-8, as receivers in the wild do; Standard
/// Webhooks keys it with the bytes behind <c>whsec_</c>, as its libraries do.
/// </summary>
public static class CallbackSigner
{
    private const string Prefix = "whsec_";

    /// <summary>The signature over the body alone: <c>sha256=</c> and lower-case hex.</summary>
    /// <remarks>The header holds one signature, so during a rotation it stays on the previous secret until the overlap ends.</remarks>
    public static string Plain(ReadOnlySpan<byte> body, CallbackSecrets secrets) =>
        "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secrets.Previous ?? secrets.Current), body));

    /// <summary>The Standard Webhooks signature over <c>id.timestamp.body</c>; during a rotation one for each secret, the newest first.</summary>
    public static string Standard(string id, DateTimeOffset timestamp, ReadOnlySpan<byte> body, CallbackSecrets secrets)
    {
        var newest = StandardOf(id, timestamp, body, secrets.Current);
        return secrets.Previous is { } previous ? $"{newest} {StandardOf(id, timestamp, body, previous)}" : newest;
    }

    /// <summary>What <c>webhook-timestamp</c> says: seconds since 1970.</summary>
    public static string Timestamp(DateTimeOffset timestamp) => timestamp.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    /// <summary>A new secret: <c>whsec_</c> and the base64 of 32 random bytes.</summary>
    public static string NewSecret() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private static string StandardOf(string id, DateTimeOffset timestamp, ReadOnlySpan<byte> body, string secret)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, StandardKey(secret));
        hmac.AppendData(Encoding.UTF8.GetBytes($"{id}.{Timestamp(timestamp)}."));
        hmac.AppendData(body);
        return "v1," + Convert.ToBase64String(hmac.GetHashAndReset());
    }

    /// <summary>
    /// The decoded bytes behind <c>whsec_</c>. An older secret may be any string: where there is no prefix, or no base64 behind it, its
    /// own UTF-8 bytes are the key.
    /// </summary>
    private static byte[] StandardKey(string secret)
    {
        if (secret.StartsWith(Prefix, StringComparison.Ordinal))
        {
            var encoded = secret.AsSpan(Prefix.Length);
            var bytes = new byte[encoded.Length];
            if (Convert.TryFromBase64Chars(encoded, bytes, out var length) && length > 0)
            {
                return bytes[..length];
            }
        }

        return Encoding.UTF8.GetBytes(secret);
    }
}
