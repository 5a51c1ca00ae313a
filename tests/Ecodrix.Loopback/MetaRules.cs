using System.Text.Json;
using System.Text.RegularExpressions;

namespace Ecodrix.Loopback;

/// <summary>What the provider refuses in a message, with its codes.</summary>
internal static partial class MetaRules
{
    public static string? Recipient(JsonElement body) => body.Text("to") ?? body.Text("recipient");

    public static MetaProblem? Check(JsonElement body, IReadOnlyList<MetaTemplate> templates)
    {
        if (body.Text("messaging_product") is not "whatsapp")
        {
            return new MetaProblem(400, 100, "(#100) The parameter messaging_product is required.");
        }

        if (body.Text("to") is { } to ? !Phone().IsMatch(to) : body.Text("recipient") is not { } user || !UserId().IsMatch(user))
        {
            return new MetaProblem(400, 131009, "(#131009) Parameter value is not valid", "The recipient is not one.");
        }

        if (body.Text("biz_opaque_callback_data") is { Length: > 512 })
        {
            return new MetaProblem(400, 100, "(#100) biz_opaque_callback_data is too long");
        }

        return body.Text("type") switch
        {
            "text" => CheckText(body),
            "template" => CheckTemplate(body, templates),
            _ => new MetaProblem(400, 131051, "(#131051) Unsupported message type"),
        };
    }

    private static MetaProblem? CheckText(JsonElement body) =>
        body.TryGetProperty("text", out var text) && text.Text("body") is { Length: > 0 and <= 4096 }
            ? null
            : new MetaProblem(400, 131008, "(#131008) Required parameter is missing", "text.body");

    private static MetaProblem? CheckTemplate(JsonElement body, IReadOnlyList<MetaTemplate> templates)
    {
        if (!body.TryGetProperty("template", out var sent) || !sent.TryGetProperty("language", out var language))
        {
            return new MetaProblem(400, 131008, "(#131008) Required parameter is missing", "template");
        }

        var template = templates.FirstOrDefault(known =>
            known.Name.Equals(sent.Text("name"), StringComparison.Ordinal)
            && known.Language.Equals(language.Text("code"), StringComparison.Ordinal)
            && known.Status is "APPROVED");
        if (template is null)
        {
            return new MetaProblem(404, 132001, "(#132001) Template name does not exist in the translation", $"template name ({sent.Text("name")}) does not exist in {language.Text("code")}");
        }

        var components = sent.TryGetProperty("components", out var list) ? list.EnumerateArray().ToList() : [];
        return CheckParameters(components, "body", template.BodyParameters.Count, template.IsNamed ? template.BodyParameters : null)
            ?? CheckParameters(components, "header", template.HeaderTakesOne ? 1 : 0, names: null)
            ?? CheckParameters(components, "button", template.ButtonTakesOne ? 1 : 0, names: null);
    }

    private static MetaProblem? CheckParameters(List<JsonElement> components, string type, int expected, IReadOnlyList<string>? names)
    {
        var parameters = components.Where(component => component.Text("type")?.Equals(type, StringComparison.Ordinal) is true)
            .SelectMany(component => component.GetProperty("parameters").EnumerateArray())
            .ToList();
        if (parameters.Count != expected)
        {
            return new MetaProblem(400, 132000, "(#132000) Number of parameters does not match the expected number of params", $"{type}: number of localizable_params ({parameters.Count}) does not match the expected number of params ({expected})");
        }

        foreach (var parameter in parameters)
        {
            if (parameter.Text("text") is not { Length: > 0 } text)
            {
                return new MetaProblem(400, 131008, "(#131008) Required parameter is missing", $"{type}: text");
            }

            if (text.AsSpan().IndexOfAny('\n', '\t', '\r') >= 0 || text.Contains("     ", StringComparison.Ordinal))
            {
                return new MetaProblem(400, 132018, "(#132018) There's an issue with the parameters in your template", "Param text cannot have new-line/tab characters or more than 4 consecutive spaces");
            }

            if (names is not null && !names.Contains(parameter.Text("parameter_name"), StringComparer.Ordinal))
            {
                return new MetaProblem(400, 132012, "(#132012) Parameter format does not match format in the created template", $"{type}: parameter_name");
            }
        }

        return null;
    }

    [GeneratedRegex(@"^\+?[0-9]{6,15}\z")]
    private static partial Regex Phone();

    [GeneratedRegex(@"^[A-Z]{2}\.[A-Za-z0-9.]{1,133}\z")]
    private static partial Regex UserId();
}
