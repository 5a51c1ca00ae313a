using System.Globalization;
using System.Text;

namespace Ecodrix.Storage.Conditions;

/// <summary>How single values compare, wherever a condition is evaluated. Every adapter must agree with this file.</summary>
/// <remarks>
/// Text is ordered by code point, which is the order of its UTF-8 bytes. Where the contract says that dates compare as
/// instants: a text that is a full ISO 8601 time with an offset stands for its instant, and is compared in the one written
/// form of <see cref="Instants"/>, so to the millisecond. Letters fold one by one (Unicode's simple case folding).
/// </remarks>
internal static class Scalars
{
    /// <summary>The text that comparisons use: an instant in its one written form, anything else as it is.</summary>
    public static string Normal(string text) => TryInstant(text, out var written) ? written : text;

    public static bool TryInstant(string text, out string written)
    {
        written = text;
        if (Instants.TryReadWritten(text, out _))
        {
            return true;
        }

        if (text.Length is < 17 or > 40 || text[4] != '-' || text[10] != 'T' || !Instants.TryParse(text, out var instant))
        {
            return false;
        }

        written = Instants.Write(instant);
        return true;
    }

    /// <summary>Reads a text that is, to the letter, a JSON number.</summary>
    public static bool TryNumber(string text, out double number)
    {
        number = 0;
        return IsNumber(text.AsSpan()) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
    }

    public static int CompareText(string left, string right)
    {
        var common = left.AsSpan().CommonPrefixLength(right);
        if (common == left.Length || common == right.Length)
        {
            return left.Length.CompareTo(right.Length);
        }

        var (a, b) = (left[common], right[common]);

        // Surrogates stand for code points above every other unit, although their numbers are lower than some.
        return char.IsSurrogate(a) == char.IsSurrogate(b) ? a.CompareTo(b) : char.IsSurrogate(a) ? 1 : -1;
    }

    public static string Fold(string text)
    {
        if (Ascii.IsValid(text))
        {
            return text.ToLowerInvariant();
        }

        return text.ToUpperInvariant().ToLowerInvariant();
    }

    private static bool IsNumber(ReadOnlySpan<char> text)
    {
        if (text is ['-', ..])
        {
            text = text[1..];
        }

        var digits = Digits(text);
        if (digits == 0 || (digits > 1 && text[0] == '0'))
        {
            return false;
        }

        text = text[digits..];
        if (text is ['.', ..])
        {
            digits = Digits(text[1..]);
            if (digits == 0)
            {
                return false;
            }

            text = text[(digits + 1)..];
        }

        return text.IsEmpty || IsExponent(text);
    }

    private static bool IsExponent(ReadOnlySpan<char> text)
    {
        if (text[0] is not ('e' or 'E'))
        {
            return false;
        }

        text = text[1..];
        if (text is ['+' or '-', ..])
        {
            text = text[1..];
        }

        return !text.IsEmpty && Digits(text) == text.Length;
    }

    private static int Digits(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAnyExceptInRange('0', '9');
        return end < 0 ? text.Length : end;
    }
}
