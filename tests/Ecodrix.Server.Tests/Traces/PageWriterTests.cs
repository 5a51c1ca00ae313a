using Ecodrix.Server.Features.Traces.Pages;

namespace Ecodrix.Server.Tests.Traces;

/// <summary>What may stand in a page: our markup, and everybody's text as text.</summary>
public sealed class PageWriterTests
{
    private readonly PageWriter page = new(TimeZoneInfo.FindSystemTimeZoneById("Asia/Kolkata"));

    [Theory]
    [InlineData("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;")]
    [InlineData("\"' onload=x", "&quot;&#x27; onload=x")]
    [InlineData("a & b", "a &amp; b")]
    [InlineData("नमस्ते ñ 漢字", "नमस्ते ñ 漢字")]
    [InlineData(null, "")]
    public void Text_is_text(string? text, string expected) => page.Text(text).ToString().ShouldBe(expected);

    [Fact]
    public void An_element_without_text_is_not_there()
    {
        page.Element("<p>", null, "</p>").Element("<p>", "", "</p>").Folded("Body", null).Folded("Body", "").Sentence("<p>", null, "</p>");
        page.Rows(("Phone", null), ("Mail", ""));
        page.ToString().ShouldBeEmpty();

        page.Element("<p>", "<here>", "</p>").ToString().ShouldBe("<p>&lt;here&gt;</p>");
    }

    [Fact]
    public void Rows_name_what_there_is_and_pass_over_the_rest()
    {
        page.Rows(("To", "a<b"), ("Cc", null), ("Subject", "Hello"));

        page.ToString().ShouldBe("<dl><dt>To</dt><dd>a&lt;b</dd><dt>Subject</dt><dd>Hello</dd></dl>");
    }

    [Fact]
    public void A_sentences_instants_are_read_in_the_zone_and_what_only_looks_like_one_stays()
    {
        page.Sentence("<p>", "Waits from 2026-03-15T20:30:00.000Z until 2026-13-45T99:99:99.000Z.", "</p>");

        page.ToString().ShouldBe("<p>Waits from 16 Mar 2026, 02:00:00 until 2026-13-45T99:99:99.000Z.</p>");
    }

    [Fact]
    public void What_is_folded_is_text_inside_and_out()
    {
        page.Folded("<Body>", "{\"a\":\"<b>\"}");

        page.ToString().ShouldBe("<details><summary>&lt;Body&gt;</summary><pre>{&quot;a&quot;:&quot;&lt;b&gt;&quot;}</pre></details>");
    }

    [Fact]
    public void A_long_text_is_cut_between_characters_and_says_how_much_is_missing()
    {
        page.Text(new string('x', 3_999) + "\U0001F389" + new string('y', 10));

        page.ToString().ShouldStartWith(new string('x', 3_999) + "…");
        page.ToString().ShouldEndWith("(12 more characters are in the JSON)");
        page.ToString().ShouldNotContain("\ud83c", Case.Sensitive);
    }

    [Fact]
    public void A_text_of_just_the_length_is_whole() => page.Text(new string('x', 4_000)).ToString().ShouldBe(new string('x', 4_000));
}
