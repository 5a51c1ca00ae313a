using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Traces.Pages;

/// <summary>Writes a page. Whatever is not written here in the source goes through the encoder.</summary>
internal sealed partial class PageWriter(TimeZoneInfo zone)
{
    /// <summary>More of one text is in the JSON.</summary>
    private const int MostCharacters = 4_000;

    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly StringBuilder html = new(16 * 1024);

    /// <param name="markup">A constant of ours.</param>
    public PageWriter Raw(string markup)
    {
        html.Append(markup);
        return this;
    }

    /// <param name="value">Anybody's.</param>
    public PageWriter Text(string? value)
    {
        html.Append(Encoder.Encode(Cut(value ?? "")));
        return this;
    }

    /// <summary>An element with text in it; nothing at all where there is no text.</summary>
    /// <param name="open">Of ours, such as <c>&lt;p&gt;</c>.</param>
    /// <param name="close">Of ours.</param>
    public PageWriter Element(string open, string? value, string close) => string.IsNullOrEmpty(value) ? this : Raw(open).Text(value).Raw(close);

    /// <summary>A sentence of ours, with its instants as people in the zone read them.</summary>
    public PageWriter Sentence(string open, string? value, string close) =>
        value is null ? this : Element(open, Instant().Replace(value, match => Instants.TryParse(match.Value, out var at) ? Local(at) : match.Value), close);

    /// <summary>Names with what there is to say of each; nothing at all where there is nothing.</summary>
    public PageWriter Rows(params ReadOnlySpan<(string Name, string? Value)> rows)
    {
        var isOpen = false;
        foreach (var (name, value) in rows)
        {
            if (!string.IsNullOrEmpty(value))
            {
                Raw(isOpen ? "" : "<dl>").Raw("<dt>").Text(name).Raw("</dt><dd>").Text(value).Raw("</dd>");
                isOpen = true;
            }
        }

        return Raw(isOpen ? "</dl>" : "");
    }

    public string Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, zone).ToString("d MMM yyyy, HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>What is shown when it is asked for.</summary>
    public PageWriter Folded(string name, string? value) =>
        string.IsNullOrEmpty(value) ? this : Raw("<details><summary>").Text(name).Raw("</summary><pre>").Text(value).Raw("</pre></details>");

    public override string ToString() => html.ToString();

    [GeneratedRegex(@"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", RegexOptions.CultureInvariant)]
    private static partial Regex Instant();

    private static string Cut(string value)
    {
        if (value.Length <= MostCharacters)
        {
            return value;
        }

        // Not between the halves of a surrogate pair.
        var end = char.IsHighSurrogate(value[MostCharacters - 1]) ? MostCharacters - 1 : MostCharacters;
        return string.Create(CultureInfo.InvariantCulture, $"{value.AsSpan(0, end)}… ({value.Length - end} more characters are in the JSON)");
    }
}
