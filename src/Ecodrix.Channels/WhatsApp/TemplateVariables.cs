using System.Globalization;
using System.Text.Json;

namespace Ecodrix.Channels.WhatsApp;

/// <summary>The values for one part of a template: in order, or by parameter name.</summary>
public sealed record TemplateValues
{
    private TemplateValues(IReadOnlyList<KeyValuePair<string, string>> values, bool isNamed)
    {
        Values = values;
        IsNamed = isNamed;
    }

    /// <summary>Name and value; a list's names are <c>1</c>, <c>2</c>, and so on.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Values { get; }

    public bool IsNamed { get; }

    public static TemplateValues InOrder(params IReadOnlyList<string> values) =>
        new([.. values.Select((value, at) => KeyValuePair.Create((at + 1).ToString(CultureInfo.InvariantCulture), value))], isNamed: false);

    public static TemplateValues ByName(IEnumerable<KeyValuePair<string, string>> values) => new([.. values], isNamed: true);

    /// <summary>The same shape with every value passed through <paramref name="render"/>; the argument before it is the value's path.</summary>
    public TemplateValues Select(Func<string, string, string> render, string path) =>
        new([.. Values.Select(pair => KeyValuePair.Create(pair.Key, render($"{path}.{pair.Key}", pair.Value)))], IsNamed);

    internal string? Find(string name) => Values.Where(pair => pair.Key.Equals(name, StringComparison.Ordinal)).Select(pair => pair.Value).FirstOrDefault();
}

/// <summary>The variables of a template message: a list is the body in order, an object has <c>header</c>, <c>body</c> and <c>buttons</c>.</summary>
public sealed record TemplateVariables(TemplateValues? Header = null, TemplateValues? Body = null, TemplateValues? Buttons = null)
{
    public static readonly TemplateVariables None = new();

    /// <summary>Reads the wire form. Texts, numbers and booleans are values; anything deeper is a mistake.</summary>
    /// <returns>False with the path and the reason in <paramref name="problem"/>.</returns>
    public static bool TryRead(JsonElement json, out TemplateVariables variables, out TemplateProblem? problem)
    {
        variables = None;
        problem = null;

        switch (json.ValueKind)
        {
            case JsonValueKind.Null or JsonValueKind.Undefined:
                return true;
            case JsonValueKind.Array:
                variables = new TemplateVariables(Body: ReadPart(json, "body", ref problem));
                return problem is null;
            case JsonValueKind.Object:
                variables = ReadParts(json, ref problem);
                return problem is null;
            default:
                problem = new TemplateProblem("", "must be a list, or an object with header, body and buttons.");
                return false;
        }
    }

    /// <summary>The same shape with every value passed through <paramref name="render"/> (path, value).</summary>
    public TemplateVariables Select(Func<string, string, string> render) =>
        new(Header?.Select(render, "header"), Body?.Select(render, "body"), Buttons?.Select(render, "buttons"));

    private static TemplateVariables ReadParts(JsonElement json, ref TemplateProblem? problem)
    {
        TemplateValues? header = null, body = null, buttons = null;
        foreach (var part in json.EnumerateObject())
        {
            switch (part.Name)
            {
                case "header":
                    header = ReadPart(part.Value, "header", ref problem);
                    break;
                case "body":
                    body = ReadPart(part.Value, "body", ref problem);
                    break;
                case "buttons":
                    buttons = ReadPart(part.Value, "buttons", ref problem);
                    break;
                default:
                    problem ??= new TemplateProblem(part.Name, "is not one of header, body and buttons.");
                    break;
            }
        }

        return new TemplateVariables(header, body, buttons);
    }

    private static TemplateValues? ReadPart(JsonElement part, string path, ref TemplateProblem? problem)
    {
        switch (part.ValueKind)
        {
            case JsonValueKind.Null:
                return null;
            case JsonValueKind.Array:
                var ordered = new List<string>();
                foreach (var item in part.EnumerateArray())
                {
                    ordered.Add(ReadValue(item, $"{path}.{ordered.Count + 1}", ref problem));
                }

                return TemplateValues.InOrder(ordered);
            case JsonValueKind.Object:
                var named = new OrderedDictionary<string, string>(StringComparer.Ordinal);
                foreach (var item in part.EnumerateObject())
                {
                    named[item.Name] = ReadValue(item.Value, $"{path}.{item.Name}", ref problem);
                }

                return TemplateValues.ByName(named);
            default:
                problem ??= new TemplateProblem(path, "must be a list or an object.");
                return null;
        }
    }

    private static string ReadValue(JsonElement value, string path, ref TemplateProblem? problem)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                return value.GetString()!;
            case JsonValueKind.Number:
                return value.GetRawText();
            case JsonValueKind.True:
                return "true";
            case JsonValueKind.False:
                return "false";
            default:
                problem ??= new TemplateProblem(path, "must be a text, a number or a boolean.");
                return "";
        }
    }
}

/// <param name="Parameter">Where, such as <c>body.2</c> or <c>header.customer_name</c>.</param>
/// <param name="Why">The rest of a sentence about it.</param>
public sealed record TemplateProblem(string Parameter, string Why);
