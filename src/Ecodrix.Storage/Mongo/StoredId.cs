using System.Buffers;
using MongoDB.Bson;

namespace Ecodrix.Storage.Mongo;

/// <summary>Ids as MongoDB keeps them: one of 24 lower-case hexadecimal digits is an ObjectId, any other a string.</summary>
/// <remarks>The ids of one collection are of one form, so their order there is the order of their text.</remarks>
internal static class StoredId
{
    private const string Digits = "0123456789abcdef";

    private static readonly SearchValues<char> Hexadecimal = SearchValues.Create(Digits);

    public static BsonValue Of(string id) => DocumentId.IsValid(id) ? ObjectId.Parse(id) : id;

    public static string TextOf(BsonValue id) => id.IsObjectId ? id.AsObjectId.ToString() : id.AsString;

    /// <summary>The smallest ObjectId whose text lies behind a text that is none itself.</summary>
    /// <returns>Null when there is none.</returns>
    public static ObjectId? FirstBehind(string text)
    {
        var common = text.AsSpan().IndexOfAnyExcept(Hexadecimal);
        var digits = Math.Min(common < 0 ? text.Length : common, DocumentId.Length);
        var prefix = text[..digits];
        if (digits == text.Length)
        {
            return Filled(prefix);
        }

        // What follows the prefix is no digit, or follows a whole id: a greater digit there, or the next prefix.
        var greater = digits < DocumentId.Length ? Digits.FirstOrDefault(digit => digit > text[digits]) : default;
        return greater == default ? NextPrefix(prefix) : Filled(prefix + greater);
    }

    private static ObjectId? NextPrefix(string prefix)
    {
        var kept = prefix.TrimEnd('f');
        return kept.Length == 0 ? null : Filled(kept[..^1] + Digits[Digits.IndexOf(kept[^1], StringComparison.Ordinal) + 1]);
    }

    private static ObjectId Filled(string prefix) => ObjectId.Parse(prefix.PadRight(DocumentId.Length, '0'));
}
