using System.Globalization;
using System.Text;
using Ecodrix.Storage.Conditions;
using MongoDB.Bson;

namespace Ecodrix.Storage.Mongo;

/// <summary>Regular expressions for tests of texts. Each says every letter it means, so no server's own folding of cases matters.</summary>
internal static class TextPattern
{
    private const int LastWithCase = 0x1FFFF;
    private const int Surrogates = 0xD800;
    private const int AfterSurrogates = 0xE000;

    private static readonly Lazy<Dictionary<Rune, List<Rune>>> Cases = new(AllCases);

    public static BsonRegularExpression Contains(string text) => Of(Letters(text));

    public static BsonRegularExpression StartsWith(string text) => Of(@"\A" + Letters(text));

    public static BsonRegularExpression EndsWith(string text) => Of(Letters(text) + @"\z");

    /// <param name="folded">By <see cref="Scalars.Fold"/>.</param>
    public static BsonRegularExpression IsFolded(string folded) => Of($@"\A{AnyCase(folded)}\z");

    /// <inheritdoc cref="IsFolded"/>
    public static BsonRegularExpression ContainsFolded(string folded) => Of(AnyCase(folded));

    private static BsonRegularExpression Of(string pattern) => new(pattern, string.Empty);

    private static string Letters(string text) => string.Concat(text.EnumerateRunes().Select(Letter));

    private static string AnyCase(string folded) => string.Concat(folded.EnumerateRunes().Select(rune =>
        Cases.Value.TryGetValue(rune, out var all) ? $"[{string.Concat(all.Select(Letter))}]" : Letter(rune)));

    private static string Letter(Rune rune) =>
        rune.IsAscii && Rune.IsLetterOrDigit(rune) ? rune.ToString() : string.Create(CultureInfo.InvariantCulture, $@"\x{{{rune.Value:X}}}");

    // By the folded letter, all that fold to it, where there is another than itself.
    private static Dictionary<Rune, List<Rune>> AllCases()
    {
        Dictionary<Rune, List<Rune>> cases = [];
        foreach (var value in Enumerable.Range(0, Surrogates).Concat(Enumerable.Range(AfterSurrogates, LastWithCase - AfterSurrogates)))
        {
            var rune = new Rune(value);
            var folded = Rune.GetRuneAt(Scalars.Fold(rune.ToString()), 0);
            if (folded == rune)
            {
                continue;
            }

            if (!cases.TryGetValue(folded, out var all))
            {
                // What folds away from itself is never the folded form of itself.
                all = cases[folded] = string.Equals(Scalars.Fold(folded.ToString()), folded.ToString(), StringComparison.Ordinal) ? [folded] : [];
            }

            all.Add(rune);
        }

        return cases;
    }
}
