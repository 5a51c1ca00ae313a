using System.Buffers;
using System.Text;

namespace Ecodrix.Storage.Mongo;

/// <summary>Names of JSON as names of BSON: the same, except for what a path or an operator would be mistaken for.</summary>
/// <remarks>A tilde begins an escape, so no stored name of a document begins with one that is none: those are the adapter's own.</remarks>
internal static class KeyNames
{
    private const string Empty = "~5";

    private static readonly SearchValues<char> Special = SearchValues.Create("~.$[\0");

    private static readonly (string Plain, string Written)[] Escapes = [("~", "~0"), (".", "~1"), ("$", "~2"), ("[", "~3"), ("\0", "~4")];

    public static string Write(string name)
    {
        if (name.Length == 0)
        {
            return Empty;
        }

        return name.AsSpan().ContainsAny(Special) ? Escape(name) : name;
    }

    public static string Read(string written)
    {
        if (!written.Contains('~', StringComparison.Ordinal))
        {
            return written;
        }

        if (written is Empty)
        {
            return string.Empty;
        }

        var name = new StringBuilder(written);
        foreach (var (plain, escaped) in Escapes.Reverse())
        {
            name.Replace(escaped, plain);
        }

        return name.ToString();
    }

    // The tilde first, for the others bring some along.
    private static string Escape(string name)
    {
        var written = new StringBuilder(name);
        foreach (var (plain, escaped) in Escapes)
        {
            written.Replace(plain, escaped);
        }

        return written.ToString();
    }
}
