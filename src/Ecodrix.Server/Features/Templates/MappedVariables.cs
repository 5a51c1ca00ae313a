using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ecodrix.Channels.WhatsApp;

namespace Ecodrix.Server.Features.Templates;

/// <summary>A template's variables from its mapping, where a rule gives none. Pure.</summary>
internal static class MappedVariables
{
    /// <param name="scope">What templates see.</param>
    /// <returns>The variables; or which one is empty and that the message is therefore skipped or fails.</returns>
    public static MappedResult Of(TemplateMapping mapping, JsonObject scope)
    {
        var parts = new Dictionary<string, SortedDictionary<int, string>>(StringComparer.Ordinal);
        foreach (var one in mapping.Mappings)
        {
            var value = ValueOf(one, scope);
            if (string.IsNullOrWhiteSpace(value))
            {
                value = one.Default;
            }

            if (string.IsNullOrWhiteSpace(value) && mapping.OnEmptyVariable is not "send_default")
            {
                return new MappedResult(TemplateVariables.None, EmptyVariable: $"{one.Component ?? "body"}.{one.VariableIndex}", mapping.OnEmptyVariable is "fail");
            }

            var part = one.Component ?? "body";
            parts.TryAdd(part, []);
            parts[part][one.VariableIndex] = string.IsNullOrWhiteSpace(value) ? "-" : value;
        }

        return new MappedResult(new TemplateVariables(PartOf(parts, "header"), PartOf(parts, "body"), PartOf(parts, "buttons")), null, false);
    }

    private static TemplateValues? PartOf(Dictionary<string, SortedDictionary<int, string>> parts, string name) =>
        parts.TryGetValue(name, out var values) ? TemplateValues.InOrder([.. values.Values]) : null;

    private static string? ValueOf(VariableMapping mapping, JsonObject scope)
    {
        if (mapping.Source is "static")
        {
            return mapping.Value;
        }

        JsonNode? node = scope[mapping.Source];
        foreach (var name in (mapping.Field ?? string.Empty).Split('.'))
        {
            node = (node as JsonObject)?[name];
        }

        return node switch
        {
            null => null,
            JsonValue text when text.TryGetValue<string>(out var written) => written,
            _ => string.Create(CultureInfo.InvariantCulture, $"{node.ToJsonString()}"),
        };
    }
}

/// <param name="EmptyVariable">The variable without a value; null when there is none.</param>
/// <param name="Fails">Whether the message then fails; else it is skipped.</param>
internal sealed record MappedResult(TemplateVariables Variables, string? EmptyVariable, bool Fails)
{
    /// <summary>As the wire writes variables.</summary>
    public JsonElement ToJson()
    {
        var json = new JsonObject();
        foreach (var (name, values) in new[] { ("header", Variables.Header), ("body", Variables.Body), ("buttons", Variables.Buttons) })
        {
            if (values is not null)
            {
                json[name] = new JsonArray([.. values.Values.Select(pair => (JsonNode)pair.Value)]);
            }
        }

        return JsonDocument.Parse(json.ToJsonString()).RootElement;
    }
}
