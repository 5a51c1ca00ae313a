using System.Text.Json;
using System.Text.Json.Nodes;
using Ecodrix.Engine.Steps;
using Ecodrix.Engine.Templates;

namespace Ecodrix.Engine.Tests.Templates;

public sealed class ConfigRendererTests
{
    private const string Config = """
        {"subject":"Hi {{ lead.firstName }}","htmlBody":"<p>{{ event.title }}</p>","templateName":"{{ lead.firstName }}","count":1.50,"flag":true,"none":null,
         "variables":["{{ lead.firstName }}",{"deep":"{{ lead.nickName }}"}],"url":"https://x.test/?q={{ lead.fullName }}"}
        """;

    [Fact]
    public void Every_string_is_rendered_in_the_form_of_its_path_and_all_else_stands()
    {
        var rendered = Render(Config);

        rendered.Config.ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }).ShouldBe("""
            {"subject":"Hi Asha","htmlBody":"<p>&lt;b&gt;Tea &amp; &quot;cake&quot;&lt;/b&gt;</p>","templateName":"{{ lead.firstName }}","count":1.50,"flag":true,"none":null,"variables":["Asha",{"deep":""}],"url":"https://x.test/?q=Asha%20Rao"}
            """);
        rendered.Warnings.ShouldBe(["{{ lead.nickName }} is missing"]);
        rendered.Problems.ShouldBeEmpty();
    }

    [Fact]
    public void What_cannot_be_rendered_is_named_by_its_path()
    {
        var rendered = Render("""{"variables":["ok","{% for a in (1..100000) %}{% endfor %}"]}""");

        rendered.Problems.ShouldHaveSingleItem().Path.ShouldBe("variables[1]");
    }

    [Fact]
    public void A_template_that_does_not_parse_is_found_by_its_path()
    {
        var config = JsonSerializer.Deserialize<JsonElement>("""{"a":{"b":["x","{{ broken"]},"templateName":"{{ not looked at"}""");

        ConfigRenderer.Check(config, FormOf).ShouldHaveSingleItem().Path.ShouldBe("a.b[1]");
    }

    private static RenderedConfig Render(string config) =>
        ConfigRenderer.Render(JsonSerializer.Deserialize<JsonElement>(config), FormOf, JsonNode.Parse(Rendered.Values)!.AsObject(), Rendered.Kolkata, Rendered.Now);

    private static TextForm FormOf(string path) => path switch
    {
        "htmlBody" => TextForm.Html,
        "url" => TextForm.Url,
        "templateName" => TextForm.Verbatim,
        _ => TextForm.Plain,
    };
}
