using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Ecodrix.Engine.Steps;

namespace Ecodrix.Engine.Templates;

/// <summary>A text with Liquid in it, parsed once and rendered by any thread.</summary>
/// <remarks>
/// Liquid as Shopify documents it, less what reaches outside (<c>include</c>, <c>render</c>) and what would print a value
/// past the encoder. A render is limited to <see cref="RenderLimits"/>, so that a tenant's template cannot hold a worker.
/// </remarks>
public sealed class LiquidTemplate
{
    private static readonly TemplateCache Cache = new(4_096);

    private readonly string? constant;
    private readonly PlainPlaces? places;
    private readonly LiquidProgram? program;

    private LiquidTemplate(string? constant, PlainPlaces? places, LiquidProgram? program)
    {
        this.constant = constant;
        this.places = places;
        this.program = program;
    }

    /// <param name="problem">A sentence for the author of the text; null when it parses.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out LiquidTemplate? template, [NotNullWhen(false)] out string? problem)
    {
        (template, problem) = Cache.GetOrAdd(text, Parse);
        return template is not null;
    }

    /// <param name="values">The namespaces: <c>lead event vars data resolved client conversation</c>.</param>
    /// <param name="form">How values become text. <see cref="TextForm.Verbatim"/> renders like <see cref="TextForm.Plain"/>.</param>
    /// <param name="zone">In which the <c>date</c> filter writes times.</param>
    public Rendering Render(JsonObject values, TextForm form, TimeZoneInfo zone, DateTimeOffset now) =>
        Render(new TemplateScope(values, zone, now), form);

    internal Rendering Render(TemplateScope scope, TextForm form) =>
        constant is not null ? new Rendering(constant, [], null)
        : places is not null ? places.Render(scope, form)
        : program!.Render(scope, form);

    private static (LiquidTemplate? Template, string? Problem) Parse(string text)
    {
        if (text.Length > RenderLimits.MaxLength)
        {
            return (null, $"is longer than {RenderLimits.MaxLength:N0} characters");
        }

        if (!text.Contains("{{", StringComparison.Ordinal) && !text.Contains("{%", StringComparison.Ordinal))
        {
            return (new LiquidTemplate(text, null, null), null);
        }

        if (PlainPlaces.TryParse(text) is { } places)
        {
            return (new LiquidTemplate(null, places, null), null);
        }

        var (program, problem) = LiquidProgram.Parse(text);
        return (program is null ? null : new LiquidTemplate(null, null, program), problem);
    }
}

/// <summary>What a template became.</summary>
/// <param name="Text">Empty when there is a problem.</param>
/// <param name="Warnings">What was missing or could not be computed, a sentence each.</param>
/// <param name="Problem">Why nothing was rendered: a limit was passed. Null when it went well.</param>
public sealed record Rendering(string Text, IReadOnlyList<string> Warnings, string? Problem);
