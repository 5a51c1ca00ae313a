using System.Text;
using System.Text.RegularExpressions;
using Ecodrix.Engine.Steps;

namespace Ecodrix.Engine.Templates;

/// <summary>The commonest template by far: text with <c>{{ lead.firstName }}</c> and <c>{{ lead.firstName | default: "there" }}</c> in it, rendered without the Liquid engine.</summary>
/// <remarks>A test renders random templates both ways and demands the same text and the same warnings.</remarks>
internal sealed partial class PlainPlaces
{
    private readonly IReadOnlyList<Part> parts;

    private PlainPlaces(IReadOnlyList<Part> parts) => this.parts = parts;

    /// <returns>Null when the text holds anything more.</returns>
    public static PlainPlaces? TryParse(string text)
    {
        if (text.Contains("{%", StringComparison.Ordinal))
        {
            return null;
        }

        var found = new List<Part>();
        var position = 0;
        while (text.IndexOf("{{", position, StringComparison.Ordinal) is >= 0 and var start)
        {
            var match = Place().Match(text, start);
            if (!match.Success || IsComputed(match.Groups["path"].Value))
            {
                return null;
            }

            found.Add(new Part(text[position..start], null, null));
            found.Add(new Part(string.Empty, match.Groups["path"].Value.Split('.'), match.Groups["default"] is { Success: true } given ? given.Value[1..^1] : null));
            position = start + match.Length;
        }

        found.Add(new Part(text[position..], null, null));
        return new PlainPlaces(found);
    }

    public Rendering Render(TemplateScope scope, TextForm form)
    {
        var state = new RenderState(scope, form);
        var text = new StringBuilder();
        try
        {
            foreach (var part in parts)
            {
                text.Append(part.Path is null ? part.Text : Value(part, scope, state));
                RenderLimits.CheckLength(text.Length);
            }
        }
        catch (RenderLimitException limit)
        {
            return new Rendering(string.Empty, state.Warnings, limit.Message);
        }

        return new Rendering(text.ToString(), state.Warnings, null);
    }

    private static string Value(Part part, TemplateScope scope, RenderState state)
    {
        var value = scope.Find(part.Path!);
        return state.Print(part.Default is null ? value : LiquidFilters.Default(value, part.Default), string.Join('.', part.Path!));
    }

    // Liquid computes these on what has no member of that name; words such as true are no variables.
    private static bool IsComputed(string path) =>
        path.Split('.') is var names && (names.Length == 1 || names.Any(name => name is "size" or "first" or "last"));

    private sealed record Part(string Text, IReadOnlyList<string>? Path, string? Default);

    [GeneratedRegex("""\G\{\{\s*(?<path>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\s*(?:\|\s*default:\s*(?<default>"[^"{}]*"|'[^'{}]*')\s*)?\}\}""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Place();
}
