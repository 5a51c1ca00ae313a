using System.Security.Cryptography;
using System.Text;

namespace Ecodrix.Server.Http.Bodies;

/// <summary>The request's body as it came, read before the handler is bound. Empty where there was none.</summary>
internal sealed record RawBody(ReadOnlyMemory<byte> Bytes)
{
    public static readonly RawBody Empty = new(ReadOnlyMemory<byte>.Empty);

    public static ValueTask<RawBody> BindAsync(HttpContext context) =>
        ValueTask.FromResult(context.Features.Get<RawBody>() ?? Empty);

    /// <summary>What decides whether two requests under one idempotency key are the same: SHA-256 of the query and the raw body.</summary>
    public string Fingerprint(QueryString query)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(query.Value ?? ""));
        hash.AppendData("\n"u8);
        hash.AppendData(Bytes.Span);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
