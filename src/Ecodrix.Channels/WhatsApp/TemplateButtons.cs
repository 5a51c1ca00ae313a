using System.Globalization;

namespace Ecodrix.Channels.WhatsApp;

/// <summary>
/// Fits values to a template's buttons: a list serves the buttons that need a value, in order; a map names a button by its index,
/// so that a quick reply can be given a payload too.
/// </summary>
internal static class TemplateButtons
{
    public static TemplateProblem? Fit(IReadOnlyList<ButtonParameter> wanted, TemplateValues? given)
    {
        var missing = wanted.FirstOrDefault(button => button.IsRequired && string.IsNullOrWhiteSpace(ValueOf(button, wanted, given)));
        if (missing is not null)
        {
            return new TemplateProblem($"buttons.{missing.Index}", "is missing: the template's button takes a value.");
        }

        return given?.Values.Where(pair => !Keys(wanted, given.IsNamed).Contains(pair.Key, StringComparer.Ordinal))
            .Select(pair => new TemplateProblem($"buttons.{pair.Key}", "is not a button of the template that takes a value."))
            .FirstOrDefault();
    }

    public static IEnumerable<SentComponent> Build(IReadOnlyList<ButtonParameter> wanted, TemplateValues? given) =>
        from button in wanted
        let value = ValueOf(button, wanted, given)
        where value is not null
        select new SentComponent("button", [new SentParameter(ParameterType(button.SubType), value)]) { SubType = button.SubType, Index = button.Index };

    /// <summary>Without a definition each value is the suffix of a URL, by far the commonest button that takes one.</summary>
    public static IReadOnlyList<ButtonParameter> Presumed(TemplateValues? given) =>
        [.. given?.Values.Select((pair, at) => new ButtonParameter(
            given.IsNamed && int.TryParse(pair.Key, CultureInfo.InvariantCulture, out var index) ? index : at, "url", IsRequired: true)) ?? []];

    private static string? ValueOf(ButtonParameter button, IReadOnlyList<ButtonParameter> wanted, TemplateValues? given)
    {
        if (given is null)
        {
            return null;
        }

        if (given.IsNamed)
        {
            return given.Find(button.Index.ToString(CultureInfo.InvariantCulture));
        }

        var place = Required(wanted).IndexOf(button);
        return place < 0 ? null : given.Find((place + 1).ToString(CultureInfo.InvariantCulture));
    }

    private static IEnumerable<string> Keys(IReadOnlyList<ButtonParameter> wanted, bool isNamed) => isNamed
        ? wanted.Select(button => button.Index.ToString(CultureInfo.InvariantCulture))
        : Enumerable.Range(1, Required(wanted).Count).Select(place => place.ToString(CultureInfo.InvariantCulture));

    private static List<ButtonParameter> Required(IReadOnlyList<ButtonParameter> wanted) => [.. wanted.Where(button => button.IsRequired)];

    private static string ParameterType(string subType) => subType switch
    {
        "quick_reply" => "payload",
        "copy_code" => "coupon_code",
        _ => "text",
    };
}
