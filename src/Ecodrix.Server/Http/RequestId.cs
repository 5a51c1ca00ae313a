using System.Buffers;
using System.Security.Cryptography;

namespace Ecodrix.Server.Http;

/// <summary>The name of one request in its answer, its error body and its log lines.</summary>
internal static class RequestId
{
    public const string Header = "x-request-id";

    private const int Longest = 64;

    private static readonly SearchValues<char> Sane = SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._-");

    /// <returns>What the client sent, when it is safe to repeat; else a new one.</returns>
    public static string Of(HttpRequest request)
    {
        var given = request.Headers[Header];
        return given is [{ Length: > 0 and <= Longest } only] && !only.AsSpan().ContainsAnyExcept(Sane)
            ? only
            : Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
    }
}
