using DotLiquid;
using DotLiquid.Tags;

namespace Ecodrix.Engine.Templates;

/// <summary>The library's loop, which counts its turns together with those of every other loop.</summary>
internal sealed class CountedFor : For
{
    private List<object>? body;

    public override void Initialize(string tagName, string markup, List<string> tokens)
    {
        base.Initialize(tagName, markup, tokens);
        (body ?? NodeList).Insert(0, new Turn());
    }

    public override void UnknownTag(string tag, string markup, List<string> tokens)
    {
        body ??= NodeList;
        base.UnknownTag(tag, markup, tokens);
    }

    private sealed class Turn : Tag
    {
        public override void Render(Context context, TextWriter result) => LiquidProgram.StateOf(context).CountIteration();
    }
}

/// <summary>The library's <c>capture</c>, of at most one render's length; what it holds is encoded already.</summary>
internal sealed class BoundedCapture : DotLiquid.Block
{
    private string name = string.Empty;

    public override void Initialize(string tagName, string markup, List<string> tokens)
    {
        name = markup.Trim().Trim('"', '\'');
        base.Initialize(tagName, markup, tokens);
    }

    public override void Render(Context context, TextWriter result)
    {
        using var captured = new BoundedWriter();
        base.Render(context, captured);
        context.Scopes[^1][name] = LiquidProgram.StateOf(context).AsEncoded(captured.ToString());
    }
}
