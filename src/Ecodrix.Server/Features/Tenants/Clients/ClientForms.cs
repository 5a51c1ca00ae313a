using System.Collections.Frozen;
using System.Globalization;
using System.Net.Mail;
using System.Text;
using System.Text.RegularExpressions;
using PhoneNumbers;

namespace Ecodrix.Server.Features.Tenants.Clients;

/// <summary>Which form each field of a client must have: what is wrong with it, or null.</summary>
internal static partial class ClientForms
{
    public const string DefaultTimeZone = "Asia/Kolkata";

    public const string DefaultRegion = "IN";

    public const string DefaultCurrency = "INR";

    private const int MaxName = 200;

    private const int MaxEmail = 254;

    /// <summary>The active codes of ISO 4217 that are money a customer pays with.</summary>
    private static readonly FrozenSet<string> Currencies = FrozenSet.Create(
        StringComparer.Ordinal,
        ("AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP "
        + "CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD "
        + "IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR "
        + "MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP "
        + "SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG "
        + "XOF XPF YER ZAR ZMW ZWG").Split(' '));

    public static string? ProblemOfCode(string code) =>
        !CodeForm().IsMatch(code) ? "must be a letter followed by 1 to 31 letters, digits, underscores or hyphens, in upper case"
        : code.EndsWith("_TEST", StringComparison.Ordinal) ? "must not end with _TEST, which names the test twin of another client"
        : null;

    public static string? ProblemOfName(string name) =>
        name.Trim().Length is 0 or > MaxName || name.Any(char.IsControl) ? $"must have 1 to {MaxName} characters and no line breaks" : null;

    public static string? ProblemOfEmail(string email) =>
        email.Length <= MaxEmail && MailAddress.TryCreate(email, out var address) && string.Equals(address.Address, email, StringComparison.Ordinal)
            ? null
            : "must be an e-mail address";

    public static string? ProblemOfTimeZone(string zone) =>
        TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) && found.HasIanaId && string.Equals(found.Id, zone, StringComparison.Ordinal)
            ? null
            : "must be an IANA time zone, such as Asia/Kolkata";

    public static string? ProblemOfRegion(string region) =>
        PhoneNumberUtil.GetInstance().GetSupportedRegions().Contains(region) ? null : "must be a country's two letters by ISO 3166, such as IN";

    public static string? ProblemOfCurrency(string currency) =>
        Currencies.Contains(currency) ? null : "must be a currency's three letters by ISO 4217, such as INR";

    /// <summary>A code made of a name: its ASCII letters and digits in upper case, parted by underscores.</summary>
    public static string CodeOf(string name)
    {
        // Letters lose their accents; what has no ASCII form parts words.
        var letters = name.Normalize(NormalizationForm.FormD).Where(c => char.GetUnicodeCategory(c) is not UnicodeCategory.NonSpacingMark);
        var text = OtherThanCode().Replace(string.Concat(letters).ToUpperInvariant(), "_").Trim('_');
        var code = text.Length > 0 && char.IsAsciiLetterUpper(text[0]) ? text : $"C_{text}";
        code = code[..Math.Min(code.Length, 24)].TrimEnd('_');
        return ProblemOfCode(code) is null ? code : $"{code}_CLIENT"[..Math.Min(code.Length + 7, 31)];
    }

    [GeneratedRegex(@"\A[A-Z][A-Z0-9_-]{1,31}\z", RegexOptions.CultureInvariant)]
    private static partial Regex CodeForm();

    [GeneratedRegex("[^A-Z0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex OtherThanCode();
}
