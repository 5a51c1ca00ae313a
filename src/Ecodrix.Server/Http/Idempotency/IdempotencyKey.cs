using System.Diagnostics.CodeAnalysis;
using Ecodrix.Server.Http.Bodies;

namespace Ecodrix.Server.Http.Idempotency;

/// <summary>What a repeat of a request is known by. A handler that keeps the key in its own document takes one of these.</summary>
internal sealed class IdempotencyKey(string? value, RawBody body, QueryString query)
{
    public const string Header = "Idempotency-Key";

    public const string ReplayedHeader = "idempotency-replayed";

    private const int Longest = 255;

    private static readonly Failure NoKey = new(new ValidationErrors(Header, "must be one value of 1 to 255 visible characters"));

    /// <summary>The header's value; null when the client sent none.</summary>
    public string? Value { get; } = value;

    /// <summary>SHA-256 of the query and the raw body, in hexadecimal: whether a repeat is the same request.</summary>
    public string Fingerprint() => body.Fingerprint(query);

    /// <exception cref="RefusedException">The header is no key.</exception>
    public static ValueTask<IdempotencyKey> BindAsync(HttpContext context) => TryRead(context.Request, out var key)
        ? ValueTask.FromResult(new IdempotencyKey(key, context.Features.Get<RawBody>() ?? RawBody.Empty, context.Request.QueryString))
        : throw new RefusedException(NoKey);

    /// <summary>Whether a text may be a key, in the header or in a body.</summary>
    public static bool IsValid([NotNullWhen(true)] string? key) =>
        key is { Length: >= 1 and <= Longest } && !key.AsSpan().ContainsAnyExceptInRange(' ', '~') && !string.IsNullOrWhiteSpace(key);

    /// <param name="key">Null when the header is not there.</param>
    /// <returns>False when the header is there and is no key.</returns>
    private static bool TryRead(HttpRequest request, out string? key)
    {
        var values = request.Headers[Header];
        key = values.Count == 1 ? values[0] : null;
        return values.Count == 0 || IsValid(key);
    }
}
