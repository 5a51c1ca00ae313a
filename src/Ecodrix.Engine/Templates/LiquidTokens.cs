using System.Text.RegularExpressions;
using DotLiquid.Exceptions;

namespace Ecodrix.Engine.Templates;

/// <summary>Cuts a text into the pieces that the Liquid parser takes, and refuses or guards every expression on the way.</summary>
/// <remarks>
/// Cutting is done here and not by the library, so that what was checked is what is parsed. Each filter is followed by a
/// check of what it made, and each printed expression ends in the filter that encodes and counts it.
/// </remarks>
internal sealed partial class LiquidTokens(string text)
{
    private static readonly HashSet<string> Blocks = new(["if", "unless", "for", "case", "capture"], StringComparer.Ordinal);

    private static readonly HashSet<string> Tags = new(
        [.. Blocks, .. Blocks.Select(name => "end" + name), "elsif", "else", "when", "assign", "break", "continue", "cycle", "increment", "decrement"],
        StringComparer.Ordinal);

    private readonly List<string> tokens = [];
    private readonly List<string> expressions = [];
    private int position;
    private int depth;
    private bool trimNext;

    /// <summary>The printed expressions, by the number that their last filter carries.</summary>
    public IReadOnlyList<string> Expressions => expressions;

    /// <exception cref="SyntaxException">The text is no template.</exception>
    public List<string> Cut()
    {
        while (text.AsSpan(position).IndexOf('{') is >= 0 and var found)
        {
            var start = position + found;
            if (start + 1 < text.Length && text[start + 1] is '{' or '%')
            {
                AddText(text[position..start], trimEnd: start + 2 < text.Length && text[start + 2] == '-');
                Take(start, text[start + 1] == '{' ? "}}" : "%}");
            }
            else
            {
                // A brace that opens nothing belongs to the text around it.
                var next = NextOpening(start + 1);
                AddText(text[position..next], trimEnd: next + 2 < text.Length && text[next + 2] == '-');
                position = next;
            }
        }

        AddText(text[position..], trimEnd: false);
        return tokens;
    }

    private int NextOpening(int from)
    {
        for (var index = from; index < text.Length - 1; index++)
        {
            if (text[index] == '{' && text[index + 1] is '{' or '%')
            {
                return index;
            }
        }

        return text.Length;
    }

    private void AddText(string piece, bool trimEnd)
    {
        piece = trimNext ? piece.TrimStart() : piece;
        piece = trimEnd ? piece.TrimEnd() : piece;
        if (piece.Length > 0)
        {
            trimNext = false;
            tokens.Add(piece);
        }
    }

    private void Take(int start, string closing)
    {
        var end = EndOf(start + 2, closing);
        var trimmed = text[(start + 2)..end];
        trimNext = trimmed.EndsWith('-');
        var markup = trimmed.Trim('-').Replace('\n', ' ').Replace('\r', ' ').Trim();
        position = end + 2;
        if (closing is "}}")
        {
            tokens.Add($"{{{{ {Print(markup)} }}}}");
        }
        else
        {
            TakeTag(markup);
        }
    }

    private string Print(string markup)
    {
        var parts = LiquidExpression.Split(markup);
        if (parts[0].Length == 0)
        {
            throw new SyntaxException("an expression is empty");
        }

        expressions.Add(parts[0]);
        return $"{LiquidExpression.Guard(parts)} | print_value: {expressions.Count - 1}";
    }

    private void TakeTag(string markup)
    {
        var name = TagName().Match(markup).Value;
        var rest = markup[name.Length..].Trim();
        if (name is "comment" or "raw")
        {
            SkipTo(name);
            return;
        }

        if (!Tags.Contains(name))
        {
            throw new SyntaxException(name.Length == 0 ? "a tag has no name" : $"there is no tag '{name}'");
        }

        depth += Blocks.Contains(name) ? 1 : name.StartsWith("end", StringComparison.Ordinal) ? -1 : 0;
        if (depth > RenderLimits.MaxDepth)
        {
            throw new SyntaxException($"blocks are nested deeper than {RenderLimits.MaxDepth}");
        }

        tokens.Add($"{{% {name} {LiquidExpression.Argument(name, rest)} %}}");
    }

    /// <summary>A comment leaves nothing behind, a raw block its text.</summary>
    private void SkipTo(string name)
    {
        var closing = Regex.Match(text[position..], $@"\{{%-?\s*end{name}\s*-?%\}}", RegexOptions.NonBacktracking);
        if (!closing.Success)
        {
            throw new SyntaxException($"the tag '{name}' is not closed");
        }

        var inner = text.Substring(position, closing.Index);
        position += closing.Index + closing.Length;
        if (name is "raw" && inner.Length > 0)
        {
            tokens.Add($"{{{{ \"{LiquidFilters.RawMark}\" | print_raw: {expressions.Count} }}}}");
            expressions.Add(inner);
        }

        trimNext = closing.Value.EndsWith("-%}", StringComparison.Ordinal);
    }

    private int EndOf(int from, string closing)
    {
        for (var index = from; index < text.Length - 1; index++)
        {
            if (text[index] is '"' or '\'')
            {
                var end = text.IndexOf(text[index], index + 1);
                index = end >= 0 ? end : throw new SyntaxException("a quotation mark is not closed");
            }
            else if (text[index] == closing[0] && text[index + 1] == closing[1])
            {
                return index;
            }
        }

        throw new SyntaxException($"'{text[(from - 2)..Math.Min(text.Length, from + 20)]}' is not closed by '{closing}'");
    }

    [GeneratedRegex(@"\A\w*", RegexOptions.CultureInvariant)]
    private static partial Regex TagName();
}
