using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Ecodrix.Channels.Email;

/// <summary>The readable text of an HTML mail, for readers that show no HTML. Links keep their address behind their words.</summary>
internal static partial class PlainText
{
    public static string Of(string html)
    {
        var text = Hidden().Replace(html, "");
        text = WhiteSpace().Replace(text, " ");
        text = Link().Replace(text, WithAddress);
        text = Break().Replace(text, "\n");
        text = Item().Replace(text, "\n- ");
        text = Block().Replace(text, "\n\n");
        text = WebUtility.HtmlDecode(Tag().Replace(text, ""));

        var lines = new StringBuilder();
        foreach (var line in text.Split('\n'))
        {
            lines.Append(line.Trim()).Append('\n');
        }

        return EmptyLines().Replace(lines.ToString(), "\n\n").Trim();
    }

    private static string WithAddress(Match link)
    {
        var (address, words) = (link.Groups["address"].Value, link.Groups["words"].Value);
        var bare = Tag().Replace(words, "").Trim();
        return bare.Length is 0 || bare.Equals(address, StringComparison.OrdinalIgnoreCase) || !address.Contains(':', StringComparison.Ordinal)
            ? words.Length is 0 ? address : words
            : $"{words} ({address})";
    }

    private const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.Singleline;

    [GeneratedRegex("<!--.*?-->|<style\\b.*?</style\\s*>|<script\\b.*?</script\\s*>|<head\\b.*?</head\\s*>", Linear)]
    private static partial Regex Hidden();

    [GeneratedRegex("\\s+", Linear)]
    private static partial Regex WhiteSpace();

    [GeneratedRegex("<a\\b[^>]*?href\\s*=\\s*[\"'](?<address>[^\"']*)[\"'][^>]*>(?<words>.*?)</a\\s*>", Linear)]
    private static partial Regex Link();

    [GeneratedRegex("<br\\b[^>]*>|</tr\\s*>", Linear)]
    private static partial Regex Break();

    [GeneratedRegex("<li\\b[^>]*>", Linear)]
    private static partial Regex Item();

    [GeneratedRegex("</?(p|div|h[1-6]|ul|ol|table|blockquote|section|article|header|footer)\\b[^>]*>", Linear)]
    private static partial Regex Block();

    [GeneratedRegex("<[^>]*>", Linear)]
    private static partial Regex Tag();

    [GeneratedRegex("\n{3,}", Linear)]
    private static partial Regex EmptyLines();
}
