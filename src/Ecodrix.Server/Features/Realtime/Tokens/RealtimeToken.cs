using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Realtime.Tokens;

/// <summary>What is kept of a token: never the token itself. The id is its SHA-256.</summary>
internal sealed record RealtimeToken : IDocument<RealtimeToken>
{
    private const string Prefix = "erix_rt_";

    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>Of 62 characters, 238 bits: as many as a key has.</summary>
    private const int RandomLength = 40;

    public static Collection<RealtimeToken> Collection { get; } = new("realtimeTokens", RealtimeJson.Default.RealtimeToken, new DocumentIndex("tenant"), new DocumentIndex("expiresAt"));

    [JsonPropertyName("_id")]
    public required string Id { get; init; }

    public long Version { get; init; } = 1;

    /// <summary>The only tenant that it opens; a test twin is one of its own.</summary>
    public required string Tenant { get; init; }

    /// <summary>The key that it was issued for: it opens nothing any more when that key is revoked.</summary>
    public required string KeyId { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public static string NewText() => Prefix + RandomNumberGenerator.GetString(Alphabet, RandomLength);

    /// <returns>Null when it is in no token's form.</returns>
    public static string? IdOf(string? text) =>
        text is { Length: 48 } && text.StartsWith(Prefix, StringComparison.Ordinal) ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))) : null;
}
