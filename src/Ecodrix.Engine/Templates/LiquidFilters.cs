using System.Collections;
using System.Text.RegularExpressions;
using DotLiquid;

namespace Ecodrix.Engine.Templates;

/// <summary>Filters that take the place of the library's, where those differ from Shopify's or can be made to grow, and the two that every printed value passes.</summary>
/// <remarks>Public static methods of this class are filters, under their names in snake_case.</remarks>
internal static partial class LiquidFilters
{
    public const string RawMark = "raw";

    /// <summary>Stands behind every filter of a template: what was made must not be too much, nor have taken too long.</summary>
    public static object? Bounded(Context context, object? input)
    {
        LiquidProgram.StateOf(context).CheckUse();
        switch (input)
        {
            case string text:
                RenderLimits.CheckLength(text.Length);
                return text;
            case LiquidMap or null:
                return input;
            case IEnumerable items:
                return Listed(items);
            default:
                return input;
        }
    }

    /// <summary>Ends every printed expression.</summary>
    public static string PrintValue(Context context, object? input, int number) =>
        LiquidProgram.StateOf(context).Print(input, LiquidProgram.ProgramOf(context).ExpressionOf(number));

    public static string PrintRaw(Context context, object? input, int number) =>
        LiquidProgram.ProgramOf(context).ExpressionOf(number);

    /// <summary>Nothing, an empty text, an empty list and false give way.</summary>
    public static object? Default(object? input, object? fallback = null) =>
        input is null or "" or false or ICollection { Count: 0 } ? fallback : input;

    public static string? Escape(Context context, string? input) =>
        Encoded(context, input, text => ValueEncoding.Html(text));

    public static string? H(Context context, string? input) => Escape(context, input);

    public static string? EscapeOnce(Context context, string? input) =>
        Encoded(context, input, text => ValueEncoding.Html(System.Net.WebUtility.HtmlDecode(text)));

    public static string? NewlineToBr(Context context, string? input) =>
        Encoded(context, input, text => Newline().Replace(ValueEncoding.Encode(text, LiquidProgram.StateOf(context).Form), "<br />\n"));

    public static string? StripHtml(string? input) =>
        input is null ? null : HtmlTag().Replace(HtmlBlock().Replace(input, string.Empty), string.Empty);

    public static string? Append(string? input, string? suffix) => input + suffix;

    public static string? Replace(string? input, string? sought, string? replacement = "")
    {
        if (string.IsNullOrEmpty(input) || string.IsNullOrEmpty(sought))
        {
            return input;
        }

        RenderLimits.CheckLength(input.Length + ((long)(input.Length / sought.Length) * Math.Max(0, (replacement?.Length ?? 0) - sought.Length)));
        return input.Replace(sought, replacement, StringComparison.Ordinal);
    }

    public static string? Join(IEnumerable? input, string? glue = " ")
    {
        if (input is null or string)
        {
            return input as string;
        }

        var texts = Listed(input).ConvertAll(LiquidValues.ToText);
        RenderLimits.CheckLength(texts.Sum(text => (long)text.Length) + ((long)texts.Count * (glue?.Length ?? 0)));
        return string.Join(glue, texts);
    }

    public static IEnumerable? Concat(IEnumerable? left, IEnumerable? right) =>
        left is null ? right : right is null ? left : Listed(left.Cast<object?>().Concat(right.Cast<object?>()));

    public static object? Slice(object? input, int offset, int length = 1)
    {
        if (input is not (string or IEnumerable))
        {
            return input;
        }

        var size = input is string text ? text.Length : Listed((IEnumerable)input).Count;
        var start = offset < 0 ? size + offset : offset;
        if (start < 0 || start > size || length <= 0)
        {
            return input is string ? string.Empty : new List<object?>();
        }

        var count = (int)Math.Min((long)size - start, length);
        return input is string whole ? whole.Substring(start, count) : Listed((IEnumerable)input).GetRange(start, count);
    }

    /// <summary>Times are written in the tenant's zone, in strftime's directives.</summary>
    public static object? Date(Context context, object? input, string? format) =>
        LiquidDates.Format(LiquidProgram.StateOf(context).Scope, input, format);

    private static List<object?> Listed(IEnumerable items)
    {
        var list = new List<object?>();
        foreach (var item in items)
        {
            list.Add(item);
            if (list.Count > RenderLimits.MaxIterations)
            {
                throw new RenderLimitException($"makes a list of more than {RenderLimits.MaxIterations:N0} items");
            }
        }

        return list;
    }

    /// <summary>Encoding by hand: in HTML the result is not encoded a second time.</summary>
    private static string? Encoded(Context context, string? input, Func<string, string> encode)
    {
        var state = LiquidProgram.StateOf(context);
        return input is null || state.IsEncoded(input) ? input : state.AsEncoded(encode(input));
    }

    [GeneratedRegex(@"\r?\n", RegexOptions.CultureInvariant)]
    private static partial Regex Newline();

    [GeneratedRegex("<script.*?</script>|<!--.*?-->|<style.*?</style>", RegexOptions.Singleline | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex HtmlBlock();

    [GeneratedRegex("<.*?>", RegexOptions.Singleline | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex HtmlTag();
}
