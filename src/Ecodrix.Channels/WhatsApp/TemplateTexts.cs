namespace Ecodrix.Channels.WhatsApp;

/// <summary>What the provider takes as the value of a text parameter (error 132018 otherwise).</summary>
public static class TemplateTexts
{
    /// <returns>Null for a good value; else the rest of a sentence about the parameter.</returns>
    public static string? WhyRefused(string value)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            return "is empty.";
        }

        if (value.AsSpan().IndexOfAny('\n', '\r') >= 0)
        {
            return "has a line break.";
        }

        if (value.Contains('\t', StringComparison.Ordinal))
        {
            return "has a tab.";
        }

        return value.Contains("     ", StringComparison.Ordinal) ? "has more than four spaces in a row." : null;
    }
}
