using System.Text.Json;
using Ecodrix.Server.Features.Traces.Masking;

namespace Ecodrix.Server.Tests.Traces;

/// <summary>What is hidden of a text, and what stays readable.</summary>
public sealed class MaskTests
{
    private static readonly Mask Known = Mask.Of(["Asha", "Li", "+919876543210", "asha@example.test", "Tom & \"Co\"", "12 Rose Lane", "x", ""]);

    [Theory]
    [InlineData("Hi Asha, ASHA and Ashaji", "Hi •••, ••• and •••ji")]
    [InlineData("Li called, Lisa did not", "••• called, Lisa did not")]
    [InlineData("call 919876543210 or 9876543210", "call ••• or •••")]
    [InlineData("mail asha@example.test or other.one@mail.example.org", "mail ••• or •••@•••")]
    [InlineData("<b>Tom &amp; &quot;Co&quot;</b>", "<b>•••</b>")]
    [InlineData("""{"n":"Tom \u0026 \u0022Co\u0022"}""", """{"n":"•••"}""")]
    [InlineData("?to=12%20Rose%20Lane", "?to=•••")]
    [InlineData("see https://host.example/p/17?k=v now", "see https://host.example/••• now")]
    [InlineData("see https://host.example now", "see https://host.example now")]
    [InlineData("another +44 20 7946 0958 number", "another ••• number")]
    [InlineData("due at 2026-03-15T09:30:00.000Z on 2026-03-15", "due at 2026-03-15T09:30:00.000Z on 2026-03-15")]
    [InlineData("131026: the template 665f00000000000000000000 is x", "131026: the template 665f00000000000000000000 is x")]
    public void A_text_keeps_what_is_nobodys(string text, string expected) => Known.Text(text).ShouldBe(expected);

    [Theory]
    [InlineData("+919876543210", "••• 3210")]
    [InlineData("1234567", "•••")]
    [InlineData(null, null)]
    public void A_phone_shows_its_last_four_digits(string? phone, string? expected) => Mask.Phone(phone).ShouldBe(expected);

    [Theory]
    [InlineData("https://site.example:8443/hook/asha?t=secret#x", "https://site.example:8443/•••")]
    [InlineData("https://site.example", "https://site.example/•••")]
    [InlineData("not an address", "•••")]
    public void An_address_shows_its_host(string url, string expected) => Mask.Url(url).ShouldBe(expected);

    [Fact]
    public void JSON_keeps_its_form_and_loses_every_text_and_number()
    {
        using var json = JsonDocument.Parse("""{"a":"Asha","n":[1,true,null,{"deep":"x"}],"a ":{}}""");

        MaskedJson.Of(json.RootElement)!.Value.GetRawText().Replace("\\u2022", "•", StringComparison.Ordinal).ShouldBe("""{"a":"•••","n":["•••",true,null,{"deep":"•••"}],"a ":{}}""");
    }

    [Fact]
    public void A_report_shows_what_is_ours_and_hides_what_is_the_clients()
    {
        MaskedJson.OfBody("""{"eventId":"e","status":"completed","meetLink":"https://meet/x","error":"no Asha","metadata":{"name":"Asha"}}""", isReport: true)
            .ShouldBe("""{"eventId":"e","status":"completed","meetLink":"•••","error":"•••","metadata":{"name":"•••"}}""");
        MaskedJson.OfBody("""{"eventId":"Asha"}""", isReport: false).ShouldBe("""{"eventId":"•••"}""");
        MaskedJson.OfBody("no JSON, Asha", isReport: false).ShouldBe("•••");
    }

    [Fact]
    public void Many_values_are_all_hidden_and_with_too_many_to_look_for_the_whole_text_is()
    {
        var text = string.Concat(Enumerable.Repeat("value 999 and ", 1_000));

        Mask.Of(Enumerable.Range(0, 1_000).Select(number => $"value {number}")).Text(text)!.ShouldBe(text.Replace("value 999", "•••", StringComparison.Ordinal));
        Mask.Of(Enumerable.Range(0, 10_000).Select(number => $"value {number}")).Text(text).ShouldBe("•••");
        Mask.Of([new string('n', 100_000)]).Text("Anna").ShouldBe("•••");
    }
}
