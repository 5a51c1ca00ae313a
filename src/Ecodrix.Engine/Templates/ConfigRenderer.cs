using System.Text.Json;
using System.Text.Json.Nodes;
using Ecodrix.Engine.Steps;

namespace Ecodrix.Engine.Templates;

/// <summary>Renders every template of a step's configuration.</summary>
public static class ConfigRenderer
{
    /// <param name="config">An object.</param>
    /// <param name="formOf">How the string at a path is treated; paths are written <c>variables[0]</c>, <c>fields.city</c>.</param>
    /// <param name="scope">The values by namespace; <c>resolved.today</c> and <c>resolved.now</c> are added here.</param>
    public static RenderedConfig Render(JsonElement config, Func<string, TextForm> formOf, JsonObject scope, TimeZoneInfo zone, DateTimeOffset now)
    {
        var walk = new Walk(formOf, new TemplateScope(scope, zone, now));
        var rendered = config.ValueKind is JsonValueKind.Object ? walk.Object(config, string.Empty) : [];
        return new RenderedConfig(rendered, walk.Warnings, walk.Problems);
    }

    /// <summary>Says what is wrong with the templates of a configuration, by path.</summary>
    public static IEnumerable<(string Path, string Problem)> Check(JsonElement config, Func<string, TextForm> formOf)
    {
        foreach (var (path, text) in Strings(config, string.Empty))
        {
            if (formOf(path) is not TextForm.Verbatim && !LiquidTemplate.TryParse(text, out _, out var problem))
            {
                yield return (path, problem);
            }
        }
    }

    private static IEnumerable<(string Path, string Text)> Strings(JsonElement element, string path) => element.ValueKind switch
    {
        JsonValueKind.String => [(path, element.GetString()!)],
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => Strings(member.Value, Member(path, member.Name))),
        JsonValueKind.Array => element.EnumerateArray().SelectMany((item, index) => Strings(item, $"{path}[{index}]")),
        _ => [],
    };

    private static string Member(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private sealed class Walk(Func<string, TextForm> formOf, TemplateScope scope)
    {
        public List<string> Warnings { get; } = [];

        public List<RenderProblem> Problems { get; } = [];

        public JsonObject Object(JsonElement element, string path)
        {
            var rendered = new JsonObject();
            foreach (var member in element.EnumerateObject())
            {
                rendered[member.Name] = Node(member.Value, Member(path, member.Name));
            }

            return rendered;
        }

        private JsonNode? Node(JsonElement element, string path) => element.ValueKind switch
        {
            JsonValueKind.Object => Object(element, path),
            JsonValueKind.Array => new JsonArray([.. element.EnumerateArray().Select((item, index) => Node(item, $"{path}[{index}]"))]),
            JsonValueKind.String => Text(element.GetString()!, path),
            JsonValueKind.Null => null,
            _ => JsonValue.Create(element.Clone()),
        };

        private JsonValue Text(string text, string path)
        {
            var form = formOf(path);
            if (form is TextForm.Verbatim)
            {
                return JsonValue.Create(text);
            }

            if (!LiquidTemplate.TryParse(text, out var template, out var problem))
            {
                Problems.Add(new RenderProblem(path, problem));
                return JsonValue.Create(string.Empty);
            }

            var rendering = template.Render(scope, form);
            Warnings.AddRange(rendering.Warnings.Except(Warnings, StringComparer.Ordinal));
            if (rendering.Problem is not null)
            {
                Problems.Add(new RenderProblem(path, rendering.Problem));
            }

            return JsonValue.Create(rendering.Text);
        }
    }
}

/// <summary>A configuration with its templates rendered.</summary>
/// <param name="Config">The same object; a text that could not be rendered is empty.</param>
/// <param name="Warnings">What was missing; the step goes on.</param>
/// <param name="Problems">What could not be rendered; the step fails.</param>
public sealed record RenderedConfig(JsonObject Config, IReadOnlyList<string> Warnings, IReadOnlyList<RenderProblem> Problems);

/// <param name="Path">Within the configuration.</param>
public sealed record RenderProblem(string Path, string Problem);
