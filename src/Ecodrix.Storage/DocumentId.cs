using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Ecodrix.Storage;

/// <summary>Ids made here: 24 lower-case hex digits, ordered by time (the ObjectId form).</summary>
/// <remarks>
/// Eight digits of seconds, twelve of a counter that starts at random in each process, and four that number a document's
/// children. A child's id is known before the child exists and leads back to its parent, so that adding it twice is
/// adding it once and finding it needs no index.
/// </remarks>
public static class DocumentId
{
    public const int Length = 24;

    private const int ParentLength = 20;

    private const int TimeLength = 8;

    private const int DerivedBytes = 6;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    private static long counter = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8)) & 0x7FFF_FFFF_FFFF;

    public static string New(DateTimeOffset now) =>
        string.Create(CultureInfo.InvariantCulture, $"{(uint)now.ToUnixTimeSeconds():x8}{Interlocked.Increment(ref counter) & 0xFFFF_FFFF_FFFF:x12}0000");

    /// <param name="parent">An id that is no child's.</param>
    /// <param name="number">1 to 65,535.</param>
    public static string Child(string parent, int number)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, 0xFFFF);
        return string.Create(CultureInfo.InvariantCulture, $"{parent.AsSpan(0, ParentLength)}{number:x4}");
    }

    /// <summary>The id of something that another thing causes: known before it exists, so that causing it twice is causing it once. It may have children of its own.</summary>
    /// <param name="cause">The id of what causes it.</param>
    /// <param name="purpose">Tells apart what one thing causes.</param>
    public static string Derived(string cause, string purpose)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{cause}\n{purpose}"));
        return string.Concat(cause.AsSpan(0, TimeLength), Convert.ToHexStringLower(hash.AsSpan(0, DerivedBytes)), "0000");
    }

    /// <returns>The id itself when it is no child's.</returns>
    public static string Parent(string id) => string.Concat(id.AsSpan(0, ParentLength), "0000");

    /// <returns>0 for an id that is no child's.</returns>
    public static int ChildNumber(string id) => int.Parse(id.AsSpan(ParentLength), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    /// <summary>The smallest id that could have been made at that time: a bound for queries over a date range.</summary>
    public static string LowerBound(DateTimeOffset time) =>
        string.Create(CultureInfo.InvariantCulture, $"{(uint)Math.Clamp(time.ToUnixTimeSeconds(), 0, uint.MaxValue):x8}0000000000000000");

    public static bool IsValid(string? id) =>
        id is { Length: Length } && !id.AsSpan().ContainsAnyExcept(Digits);
}
