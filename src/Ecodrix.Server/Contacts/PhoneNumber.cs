using System.Globalization;
using System.Text;
using PhoneNumbers;

namespace Ecodrix.Server.Contacts;

/// <summary>The one place that reads phone numbers: any usual notation in, E.164 out.</summary>
internal static class PhoneNumber
{
    private const int Longest = 40;

    private const string Punctuation = "+-.()/ ";

    private static readonly PhoneNumberUtil Numbers = PhoneNumberUtil.GetInstance();

    /// <summary>Reads a number; one without a country code is in <paramref name="region"/>, and digits that begin with a country code need no <c>+</c>.</summary>
    /// <param name="region">ISO 3166, two letters.</param>
    /// <param name="e164">For example <c>+919876543210</c>.</param>
    /// <returns>False when it is not a possible number.</returns>
    public static bool TryNormalise(string? text, string region, out string e164)
    {
        e164 = "";
        if (text is null or { Length: > Longest } || Clean(text) is not { } clean)
        {
            return false;
        }

        var local = Parse(clean, region);
        var international = clean[0] is '+' ? null : Parse("+" + clean.TrimStart('0'), region);

        // A valid reading goes before one that is merely possible, the tenant's region before the world.
        var number = Valid(local) ?? Valid(international) ?? Possible(local) ?? Possible(international);
        if (number is null)
        {
            return false;
        }

        e164 = Numbers.Format(number, PhoneNumberFormat.E164);
        return true;
    }

    /// <returns>Digits, with a leading <c>+</c> where it was written; null when there is anything that no notation of a number has.</returns>
    private static string? Clean(string text)
    {
        var digits = new StringBuilder(text.Length);
        foreach (var character in text.Trim().Normalize(NormalizationForm.FormKC))
        {
            if (char.IsDigit(character))
            {
                digits.Append((char)('0' + CharUnicodeInfo.GetDecimalDigitValue(character)));
            }
            else if (character is '+' && digits.Length == 0)
            {
                digits.Append(character);
            }
            else if (!IsPunctuation(character))
            {
                return null;
            }
        }

        return digits.Length > 1 ? digits.ToString() : null;
    }

    private static bool IsPunctuation(char character) =>
        (Punctuation.Contains(character) && character is not '+')
        || char.GetUnicodeCategory(character) is UnicodeCategory.SpaceSeparator or UnicodeCategory.DashPunctuation or UnicodeCategory.Format;

    private static global::PhoneNumbers.PhoneNumber? Parse(string text, string region)
    {
        try
        {
            return Numbers.Parse(text, region);
        }
        catch (NumberParseException)
        {
            // The library's way of saying no.
            return null;
        }
    }

    private static global::PhoneNumbers.PhoneNumber? Valid(global::PhoneNumbers.PhoneNumber? number) =>
        number is not null && Numbers.IsValidNumber(number) ? number : null;

    private static global::PhoneNumbers.PhoneNumber? Possible(global::PhoneNumbers.PhoneNumber? number) =>
        number is not null && Numbers.IsPossibleNumber(number) ? number : null;
}
