using System.Globalization;
using System.Text.RegularExpressions;

namespace Ecodrix.Channels.WhatsApp;

/// <summary>What a template demands of whoever sends it.</summary>
/// <param name="HeaderFormat">TEXT, IMAGE, VIDEO, DOCUMENT, LOCATION, or null without a header.</param>
/// <param name="Header">The names of the header's parameters; a media header has one, <c>1</c>.</param>
/// <param name="Body">The names of the body's parameters in the order of their first use; positions are names too.</param>
/// <param name="Buttons">The buttons that take a value.</param>
public sealed partial record TemplateContract(
    bool IsNamed, string? HeaderFormat, IReadOnlyList<string> Header, IReadOnlyList<string> Body, IReadOnlyList<ButtonParameter> Buttons)
{
    public static TemplateContract Of(WhatsAppTemplate template)
    {
        var isNamed = template.ParameterFormat.Equals("NAMED", StringComparison.OrdinalIgnoreCase);
        var header = Component(template, "HEADER");
        var format = header is null ? null : (header.Format ?? "TEXT").ToUpperInvariant();

        return new TemplateContract(
            isNamed,
            format,
            format switch { null => [], "TEXT" => NamesIn(header!.Text, isNamed), _ => ["1"] },
            NamesIn(Component(template, "BODY")?.Text, isNamed),
            [.. ButtonsOf(template)]);
    }

    private static TemplateComponent? Component(WhatsAppTemplate template, string type) =>
        template.Components.FirstOrDefault(component => component.Type.Equals(type, StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<ButtonParameter> ButtonsOf(WhatsAppTemplate template)
    {
        var buttons = Component(template, "BUTTONS")?.Buttons ?? [];
        for (var index = 0; index < buttons.Count; index++)
        {
            switch (buttons[index].Type.ToUpperInvariant())
            {
                // One-time codes are sent as the suffix of a URL button, whatever the button looks like.
                case "OTP":
                case "URL" when Placeholder().IsMatch(buttons[index].Url ?? ""):
                    yield return new ButtonParameter(index, "url", IsRequired: true);
                    break;
                case "COPY_CODE":
                    yield return new ButtonParameter(index, "copy_code", IsRequired: true);
                    break;
                case "QUICK_REPLY":
                    yield return new ButtonParameter(index, "quick_reply", IsRequired: false);
                    break;
            }
        }
    }

    private static IReadOnlyList<string> NamesIn(string? text, bool isNamed)
    {
        var names = Placeholder().Matches(text ?? "").Select(match => match.Groups["name"].Value).Distinct(StringComparer.Ordinal);
        return isNamed ? [.. names] : [.. names.OrderBy(name => int.TryParse(name, CultureInfo.InvariantCulture, out var at) ? at : int.MaxValue)];
    }

    [GeneratedRegex(@"\{\{\s*(?<name>\w+)\s*\}\}", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Placeholder();
}

/// <param name="SubType">url, copy_code or quick_reply.</param>
public sealed record ButtonParameter(int Index, string SubType, bool IsRequired);
