using System.Security.Cryptography;
using System.Text;

namespace Ecodrix.Server.Features.Tenants.Keys;

/// <summary>The text of keys and secrets that are made here, and what is kept of them.</summary>
internal static class KeyText
{
    public const int MinLength = 24;

    public const int MaxLength = 200;

    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>Of 62 characters, 238 bits; the contract asks for 190.</summary>
    private const int RandomLength = 40;

    private const int ModeLength = 10;

    /// <summary>How much of a key is shown in lists: its mode and four characters, or an imported key's first four.</summary>
    private const int ShownLength = 4;

    public static string NewKey(KeyMode mode) =>
        (mode is KeyMode.Test ? "erix_test_" : "erix_live_") + RandomNumberGenerator.GetString(Alphabet, RandomLength);

    public static string NewWebhookSecret() => "whsec_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    public static string NewToken() => RandomNumberGenerator.GetString(Alphabet, RandomLength);

    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    public static string PrefixOf(string key) =>
        key.StartsWith("erix_live_", StringComparison.Ordinal) || key.StartsWith("erix_test_", StringComparison.Ordinal)
            ? key[..(ModeLength + ShownLength)]
            : key[..ShownLength];

    /// <summary>Whether a key or a secret that a client brings along can be kept: printable ASCII of a sane length.</summary>
    public static bool IsCarriable(string? text) =>
        text is { Length: >= MinLength and <= MaxLength } && !text.AsSpan().ContainsAnyExceptInRange('!', '~');

    /// <returns>What is wrong with a key or a secret that a client brings along; null when nothing is.</returns>
    public static string? ProblemOfCarried(string text) =>
        IsCarriable(text) ? null : "must have 24 to 200 printable ASCII characters and no spaces";
}
