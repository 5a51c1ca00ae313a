using Ecodrix.Channels.Email;

namespace Ecodrix.Channels.Tests.Email;

public sealed class PlainTextTests
{
    [Theory]
    [InlineData("<p>Hello <b>Asha</b>,</p><p>see you &amp; yours</p>", "Hello Asha,\n\nsee you & yours")]
    [InlineData("a<br>b<br/>c", "a\nb\nc")]
    [InlineData("<ul><li>one</li><li>two</li></ul>", "- one\n- two")]
    [InlineData("<a href=\"https://meet.google.com/abc\">Join</a>", "Join (https://meet.google.com/abc)")]
    [InlineData("<a href='https://acme.example'>https://acme.example</a>", "https://acme.example")]
    [InlineData("<head><title>x</title></head><style>p{}</style><script>alert(1)</script><!-- no -->Text", "Text")]
    [InlineData("&lt;not a tag&gt;", "<not a tag>")]
    [InlineData("  many \n\n  spaces  ", "many spaces")]
    [InlineData("", "")]
    public void Html_becomes_readable_text(string html, string text) => PlainText.Of(html).ShouldBe(text);

    [Fact]
    public void Broken_html_of_any_size_takes_no_more_than_linear_time()
    {
        var html = string.Concat(Enumerable.Repeat("<a href=\"<p<!--<style", 20_000));

        Should.CompleteIn(() => PlainText.Of(html), TimeSpan.FromSeconds(5));
    }
}
