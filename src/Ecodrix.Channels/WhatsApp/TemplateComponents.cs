using System.Globalization;

namespace Ecodrix.Channels.WhatsApp;

/// <summary>One component of a template message as it goes on the wire.</summary>
public sealed record SentComponent(string Type, IReadOnlyList<SentParameter> Parameters)
{
    public string? SubType { get; init; }

    public int? Index { get; init; }
}

/// <param name="Type">text, image, video, document, payload or coupon_code.</param>
/// <param name="Name">The parameter's name in a template with named parameters.</param>
public sealed record SentParameter(string Type, string Value, string? Name = null);

/// <summary>Fits variables to a template. Pure; refuses here what the provider would refuse later for a fee of time.</summary>
public static class TemplateComponents
{
    /// <returns>The components, or the first parameter that does not fit.</returns>
    public static (IReadOnlyList<SentComponent> Components, TemplateProblem? Problem) Build(TemplateVariables variables, WhatsAppTemplate? definition)
    {
        var contract = definition is null ? Presumed(variables) : TemplateContract.Of(definition);

        var problem = Fit("header", contract.Header, contract.IsNamed, variables.Header)
            ?? Fit("body", contract.Body, contract.IsNamed, variables.Body)
            ?? TemplateButtons.Fit(contract.Buttons, variables.Buttons);
        if (problem is not null)
        {
            return ([], problem);
        }

        var components = new List<SentComponent>();
        if (contract.Header.Count > 0)
        {
            components.Add(new SentComponent("header", Header(contract, variables.Header!)));
        }

        if (contract.Body.Count > 0)
        {
            components.Add(new SentComponent("body", Texts(contract.Body, contract.IsNamed, variables.Body!)));
        }

        components.AddRange(TemplateButtons.Build(contract.Buttons, variables.Buttons));
        return (components, null);
    }

    /// <summary>Without a definition the variables are taken at their word; the provider judges them.</summary>
    private static TemplateContract Presumed(TemplateVariables variables) => new(
        variables.Body?.IsNamed ?? variables.Header?.IsNamed ?? false,
        variables.Header is null ? null : "TEXT",
        [.. variables.Header?.Values.Select(pair => pair.Key) ?? []],
        [.. variables.Body?.Values.Select(pair => pair.Key) ?? []],
        TemplateButtons.Presumed(variables.Buttons));

    private static TemplateProblem? Fit(string part, IReadOnlyList<string> wanted, bool isNamed, TemplateValues? given)
    {
        foreach (var name in wanted)
        {
            if (given?.Find(name) is not { } value)
            {
                return new TemplateProblem($"{part}.{name}", $"is missing: the template's {part} takes {Count(wanted, isNamed)}.");
            }

            if (TemplateTexts.WhyRefused(value) is { } why)
            {
                return new TemplateProblem($"{part}.{name}", why);
            }
        }

        return given?.Values.Where(pair => !wanted.Contains(pair.Key, StringComparer.Ordinal))
            .Select(pair => new TemplateProblem($"{part}.{pair.Key}", $"is not a parameter of the template: its {part} takes {Count(wanted, isNamed)}."))
            .FirstOrDefault();
    }

    private static string Count(IReadOnlyList<string> wanted, bool isNamed) => wanted.Count switch
    {
        0 => "none",
        _ when isNamed => string.Join(", ", wanted),
        var count => count.ToString(CultureInfo.InvariantCulture),
    };

    private static IReadOnlyList<SentParameter> Header(TemplateContract contract, TemplateValues given) =>
        contract.HeaderFormat is "TEXT"
            ? Texts(contract.Header, contract.IsNamed, given)
            : [new SentParameter(contract.HeaderFormat is "GIF" ? "video" : contract.HeaderFormat!.ToLowerInvariant(), given.Find("1")!)];

    private static IReadOnlyList<SentParameter> Texts(IReadOnlyList<string> names, bool isNamed, TemplateValues given) =>
        [.. names.Select(name => new SentParameter("text", given.Find(name)!, isNamed ? name : null))];
}
