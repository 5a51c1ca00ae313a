using System.Buffers;
using System.Text;
using Ecodrix.Engine.Steps;

namespace Ecodrix.Engine.Templates;

/// <summary>How a value is made safe for the text that it stands in. Template text is not touched.</summary>
internal static class ValueEncoding
{
    private static readonly SearchValues<char> Special = SearchValues.Create("&<>\"'");

    public static string Encode(string value, TextForm form) => form switch
    {
        TextForm.Html => Html(value),
        TextForm.Url => Uri.EscapeDataString(value),
        _ => value,
    };

    /// <summary>Only what HTML needs: letters of every script stand as they are.</summary>
    public static string Html(string value)
    {
        if (!value.AsSpan().ContainsAny(Special))
        {
            return value;
        }

        var html = new StringBuilder(value.Length + 16);
        foreach (var character in value)
        {
            _ = character switch
            {
                '&' => html.Append("&amp;"),
                '<' => html.Append("&lt;"),
                '>' => html.Append("&gt;"),
                '"' => html.Append("&quot;"),
                '\'' => html.Append("&#39;"),
                _ => html.Append(character),
            };
        }

        return html.ToString();
    }
}
