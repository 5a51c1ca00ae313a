using System.Text.RegularExpressions;

namespace Ecodrix.Server.Contacts;

/// <summary>The one place that reads e-mail addresses of people. They are kept in lower case: they are looked up without regard to case.</summary>
internal static partial class EmailAddress
{
    private const int Longest = 254;

    public static bool TryNormalise(string? text, out string address)
    {
        address = text?.Trim().ToLowerInvariant() ?? "";
        return address.Length <= Longest && Form().IsMatch(address);
    }

    [GeneratedRegex("""\A[^\s\p{C}@<>()\[\]\\,;:"]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]{2,63}\z""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
