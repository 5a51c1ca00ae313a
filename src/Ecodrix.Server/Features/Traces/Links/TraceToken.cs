using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Traces.Links;

/// <summary>What stands in a trace link: whose, of what, until when, and the proof that this server wrote it. Pure.</summary>
/// <remarks>Form, expiry in seconds (4 bytes), id (12), the tenant's name, and 16 bytes of HMAC-SHA256 over all of it; base64url.</remarks>
internal static class TraceToken
{
    private const byte Form = 1;

    private const int ExpiryAt = 1;

    private const int IdAt = ExpiryAt + sizeof(uint);

    private const int TenantAt = IdAt + (DocumentId.Length / 2);

    private const int ProofBytes = 16;

    private const int LongestTenant = 40;

    public const int MostBytes = TenantAt + LongestTenant + ProofBytes;

    public const int MostCharacters = (MostBytes + 2) / 3 * 4;

    /// <param name="into">At least <see cref="MostBytes"/>.</param>
    /// <returns>How many bytes were written.</returns>
    public static int Write(byte[] key, string tenant, string id, DateTimeOffset expiresAt, Span<byte> into)
    {
        into[0] = Form;
        BinaryPrimitives.WriteUInt32BigEndian(into[ExpiryAt..], (uint)expiresAt.ToUnixTimeSeconds());
        Convert.FromHexString(id, into[IdAt..TenantAt], out _, out _);
        var signed = TenantAt + Encoding.ASCII.GetBytes(tenant, into[TenantAt..]);
        Prove(key, into[..signed], into.Slice(signed, ProofBytes));
        return signed + ProofBytes;
    }

    /// <summary>Reads what stands behind <c>/trace/</c>, whoever wrote it.</summary>
    public static TraceTokenCheck Read(byte[] key, string text, DateTimeOffset now)
    {
        Span<byte> token = stackalloc byte[MostBytes];
        Span<char> again = stackalloc char[MostCharacters];
        Span<byte> proof = stackalloc byte[ProofBytes];
        if (text.Length > MostCharacters
            || Base64Url.DecodeFromChars(text, token, out _, out var length) is not OperationStatus.Done
            || length <= TenantAt + ProofBytes
            || token[0] != Form
            // One token has one spelling.
            || !again[..Base64Url.EncodeToChars(token[..length], again)].SequenceEqual(text))
        {
            return TraceTokenCheck.Wrong.Instance;
        }

        var signed = token[..(length - ProofBytes)];
        Prove(key, signed, proof);
        if (!CryptographicOperations.FixedTimeEquals(proof, token[signed.Length..length])
            || !TenantId.TryParse(Encoding.ASCII.GetString(signed[TenantAt..]), out var tenant))
        {
            return TraceTokenCheck.Wrong.Instance;
        }

        var expiresAt = DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadUInt32BigEndian(signed[ExpiryAt..]));
        return expiresAt <= now
            ? TraceTokenCheck.Expired.Instance
            : new TraceTokenCheck.Right(tenant, Convert.ToHexStringLower(signed[IdAt..TenantAt]), expiresAt);
    }

    private static void Prove(byte[] key, ReadOnlySpan<byte> signed, Span<byte> proof)
    {
        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, signed, whole);
        whole[..ProofBytes].CopyTo(proof);
    }
}

/// <summary>What a token amounts to. A closed set.</summary>
internal abstract record TraceTokenCheck
{
    private TraceTokenCheck()
    {
    }

    public sealed record Right(TenantId Tenant, string Id, DateTimeOffset ExpiresAt) : TraceTokenCheck;

    /// <summary>This server wrote it, too long ago.</summary>
    public sealed record Expired : TraceTokenCheck
    {
        public static readonly Expired Instance = new();
    }

    public sealed record Wrong : TraceTokenCheck
    {
        public static readonly Wrong Instance = new();
    }
}
