using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Ecodrix.Server.Features.Inbound.Webhook;

/// <summary>What was posted, byte for byte, and how it claims to be signed. Each secret is tried once.</summary>
internal sealed class Posted(ReadOnlyMemory<byte> body, string? signature)
{
    private const string Scheme = "sha256=";

    private readonly Dictionary<string, bool> tried = new(StringComparer.Ordinal);

    private readonly byte[]? mac = Read(signature);

    public ReadOnlyMemory<byte> Body => body;

    public bool IsSigned => mac is not null;

    /// <summary>Whether the signature is the one that this secret makes of the raw bytes. Compares in constant time.</summary>
    /// <param name="secret">Null verifies nothing.</param>
    public bool Verifies(string? secret)
    {
        if (secret is null || mac is null)
        {
            return false;
        }

        if (!tried.TryGetValue(secret, out var verified))
        {
            verified = CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body.Span), mac);
            tried[secret] = verified;
        }

        return verified;
    }

    private static byte[]? Read(string? signature)
    {
        if (signature is null || !signature.StartsWith(Scheme, StringComparison.Ordinal) || signature.Length != Scheme.Length + (2 * HMACSHA256.HashSizeInBytes))
        {
            return null;
        }

        var read = new byte[HMACSHA256.HashSizeInBytes];
        return Convert.FromHexString(signature.AsSpan(Scheme.Length), read, out _, out _) is OperationStatus.Done ? read : null;
    }
}
