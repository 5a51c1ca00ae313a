using System.Globalization;
using System.Text.Json;

namespace Ecodrix.Server.Features.Traces.Gathering;

/// <summary>How much one answer tells at most, so that no trace is too large to read or to make.</summary>
internal static class TraceLimits
{
    public const int Events = 20;

    public const int Entries = 400;

    /// <summary>Effects, callbacks of actions and rules are each looked up for so many.</summary>
    public const int LookedUp = 200;

    public const int Attempts = 20;

    /// <summary>Characters of one text: a rendered message, a receiver's answer, a JSON value.</summary>
    public const int Text = 16 * 1024;

    /// <summary>Characters of all bodies and signed strings together.</summary>
    public const int Bodies = 512 * 1024;
}

/// <summary>Counts down what may still be told, and notes what is not.</summary>
internal sealed class TraceBudget
{
    private readonly SortedSet<string> leftOut = new(StringComparer.Ordinal);

    private int bodies = TraceLimits.Bodies;

    public IReadOnlyList<string> LeftOut => [.. leftOut];

    public void Leave(string sentence) => leftOut.Add(sentence);

    /// <returns>The text, or null with a note when it is too much.</returns>
    public string? Body(string? text, string noteIfNot)
    {
        if (text is null)
        {
            return null;
        }

        if (text.Length > bodies)
        {
            leftOut.Add(noteIfNot);
            return null;
        }

        bodies -= text.Length;
        return text;
    }

    /// <returns>The text, cut where it is too long; the cut is said in the text itself.</returns>
    public static string? Cut(string? text)
    {
        if (text is null || text.Length <= TraceLimits.Text)
        {
            return text;
        }

        // Not between the halves of a surrogate pair.
        var end = char.IsHighSurrogate(text[TraceLimits.Text - 1]) ? TraceLimits.Text - 1 : TraceLimits.Text;
        return string.Create(CultureInfo.InvariantCulture, $"{text.AsSpan(0, end)}… ({text.Length - end} more characters are left out)");
    }

    /// <returns>The value, or null with a note when it is too large.</returns>
    public JsonElement? Json(JsonElement? value, string noteIfNot)
    {
        if (value is { } given && given.GetRawText().Length > TraceLimits.Text)
        {
            leftOut.Add(noteIfNot);
            return null;
        }

        return value;
    }
}
