using System.Globalization;
using DotLiquid;
using DotLiquid.Exceptions;
using Ecodrix.Engine.Steps;

namespace Ecodrix.Engine.Templates;

/// <summary>A template that needs the Liquid engine.</summary>
internal sealed class LiquidProgram
{
    private const string StateRegister = "ecodrix";

    private readonly Document document;
    private readonly IReadOnlyList<string> expressions;

    static LiquidProgram()
    {
        // The engine keeps these for the whole process; nothing else in it renders Liquid.
        Template.NamingConvention = new DotLiquid.NamingConventions.RubyNamingConvention();
        Template.DefaultSyntaxCompatibilityLevel = SyntaxCompatibility.DotLiquid22;
        Template.RegexTimeOut = TimeSpan.FromSeconds(1);
        Liquid.UseRubyDateFormat = true;
        Template.RegisterTag<CountedFor>("for");
        Template.RegisterTag<BoundedCapture>("capture");
        Template.RegisterFilter(typeof(LiquidFilters));
    }

    private LiquidProgram(Document document, IReadOnlyList<string> expressions)
    {
        this.document = document;
        this.expressions = expressions;
    }

    public static (LiquidProgram? Program, string? Problem) Parse(string text)
    {
        try
        {
            var tokens = new LiquidTokens(text);
            var cut = tokens.Cut();
            var parsed = new Document();
            parsed.Initialize(null, null, cut);
            return (new LiquidProgram(parsed, tokens.Expressions), null);
        }
        catch (LiquidException refused)
        {
            return (null, $"is no template: {refused.Message}");
        }
        catch (System.Text.RegularExpressions.RegexMatchTimeoutException)
        {
            return (null, "is no template: it takes too long to read");
        }
    }

    public Rendering Render(TemplateScope scope, TextForm form)
    {
        var first = RenderOnce(scope, form);

        // A pause of the machine is not the template's fault, and rendering again changes nothing.
        return first.Problem is { } problem && problem.StartsWith("takes longer", StringComparison.Ordinal) ? RenderOnce(scope, form) : first;
    }

    internal static RenderState StateOf(Context context) => (RenderState)context.Registers[StateRegister];

    internal string ExpressionOf(int number) => expressions[number];

    internal static LiquidProgram ProgramOf(Context context) => (LiquidProgram)context.Registers[nameof(LiquidProgram)];

    private Rendering RenderOnce(TemplateScope scope, TextForm form)
    {
        var state = new RenderState(scope, form);
        var environments = new List<Hash> { new(), Hash.FromDictionary(scope.Map()) };
        var registers = new Hash { [StateRegister] = state, [nameof(LiquidProgram)] = this };
        var context = new Context(environments, new Hash(), registers, ErrorsOutputMode.Suppress, RenderLimits.MaxIterations, CultureInfo.InvariantCulture, CancellationToken.None);
        using var text = new BoundedWriter();
        try
        {
            document.Render(context, text);
        }
        catch (RenderLimitException limit)
        {
            return new Rendering(string.Empty, state.Warnings, limit.Message);
        }
        catch (RenderException limit)
        {
            return new Rendering(string.Empty, state.Warnings, limit.Message);
        }

        foreach (var error in context.Errors.Where(error => error is not VariableNotFoundException))
        {
            state.Warn(error.Message);
        }

        return new Rendering(text.ToString(), state.Warnings, null);
    }
}
