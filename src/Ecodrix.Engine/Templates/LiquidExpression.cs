using System.Reflection;
using System.Text.RegularExpressions;
using DotLiquid;
using DotLiquid.Exceptions;
using DotLiquid.NamingConventions;

namespace Ecodrix.Engine.Templates;

/// <summary>Checks what stands between the braces.</summary>
internal static partial class LiquidExpression
{
    private static readonly HashSet<string> Filters = typeof(StandardFilters).GetMethods(BindingFlags.Public | BindingFlags.Static)
        .Concat(typeof(LiquidFilters).GetMethods(BindingFlags.Public | BindingFlags.Static))
        .Select(method => new RubyNamingConvention().GetMemberName(method.Name))
        .Where(name => name is not ("print_value" or "print_raw" or "bounded"))
        .ToHashSet(StringComparer.Ordinal);

    /// <summary>The value and its filters.</summary>
    public static List<string> Split(string markup)
    {
        var parts = new List<string>();
        var start = 0;
        for (var index = 0; index < markup.Length; index++)
        {
            if (markup[index] is '"' or '\'')
            {
                index = markup.IndexOf(markup[index], index + 1);
            }
            else if (markup[index] == '|')
            {
                parts.Add(markup[start..index].Trim());
                start = index + 1;
            }
        }

        parts.Add(markup[start..].Trim());
        return parts;
    }

    /// <summary>The same expression with a check behind every filter.</summary>
    public static string Guard(List<string> parts)
    {
        if (parts.Count - 1 > RenderLimits.MaxFilters)
        {
            throw new SyntaxException($"an expression has more than {RenderLimits.MaxFilters} filters");
        }

        RefuseRange(string.Join(' ', parts));
        foreach (var filter in parts.Skip(1))
        {
            var name = FilterName().Match(filter).Value;
            if (!Filters.Contains(name))
            {
                throw new SyntaxException(name.Length == 0 ? "a filter has no name" : $"there is no filter '{name}'");
            }
        }

        return parts[0] + string.Concat(parts.Skip(1).Select(filter => $" | {filter} | bounded"));
    }

    /// <summary>The argument of a tag, guarded where it is an expression.</summary>
    public static string Argument(string tag, string argument)
    {
        switch (tag)
        {
            case "assign":
                var parts = Assignment().Match(argument);
                return parts.Success
                    ? $"{parts.Groups["name"].Value} = {Guard(Split(parts.Groups["value"].Value))}"
                    : throw new SyntaxException("assign is written {% assign name = value %}");
            case "for":
                // The loop itself counts; a range anywhere else would be walked to its end.
                return Split(argument).Count == 1 ? argument : throw new SyntaxException("a loop takes no filters; assign the list first");
            case "cycle" when !Literals().IsMatch(argument):
                throw new SyntaxException("cycle takes texts and numbers");
            default:
                RefuseRange(argument);
                return argument;
        }
    }

    private static void RefuseRange(string markup)
    {
        if (Quoted().Replace(markup, string.Empty).Contains("..", StringComparison.Ordinal))
        {
            throw new SyntaxException("a range stands in a loop alone");
        }
    }

    [GeneratedRegex(@"\A\w*", RegexOptions.CultureInvariant)]
    private static partial Regex FilterName();

    [GeneratedRegex(@"\A(?<name>[A-Za-z_][\w-]*)\s*=\s*(?<value>.+)\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Assignment();

    [GeneratedRegex("""\A(?:(?:"[^"]*"|'[^']*'|\w+)\s*:)?\s*(?:"[^"]*"|'[^']*'|-?\d+(?:\.\d+)?)(?:\s*,\s*(?:"[^"]*"|'[^']*'|-?\d+(?:\.\d+)?))*\z""", RegexOptions.CultureInvariant)]
    private static partial Regex Literals();

    [GeneratedRegex("""
        "[^"]*"|'[^']*'
        """, RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Quoted();
}
