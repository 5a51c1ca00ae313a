using System.Text.RegularExpressions;

namespace Ecodrix.Channels.Media;

/// <summary>What a key may be, so that it is a path of a folder and a name in a bucket alike and leads out of neither.</summary>
internal static partial class ObjectKey
{
    private const int Longest = 512;

    /// <exception cref="ArgumentException">It is none.</exception>
    public static string Checked(string key) => key.Length <= Longest && Whole().IsMatch(key)
        ? key
        : throw new ArgumentException("A key is names of letters, digits, dots, underscores and hyphens, parted by slashes.", nameof(key));

    /// <summary>The beginning of keys, which need not end with a whole name.</summary>
    /// <exception cref="ArgumentException">No key begins so.</exception>
    public static string CheckedPrefix(string prefix) => prefix.Length <= Longest && Beginning().IsMatch(prefix)
        ? prefix
        : throw new ArgumentException("No key begins so.", nameof(prefix));

    [GeneratedRegex(@"\A[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Whole();

    [GeneratedRegex(@"\A([A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*/?)?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Beginning();
}
