using System.Text.Json;
using Ecodrix.Channels.WhatsApp;

namespace Ecodrix.Channels.Tests.WhatsApp;

public sealed class TemplateComponentsTests
{
    private static readonly WhatsAppTemplate Positional = new("1", "confirmed", "en_US", "APPROVED", "UTILITY", "POSITIONAL")
    {
        Components =
        [
            new TemplateComponent("HEADER", "TEXT", "Hello {{1}}"),
            new TemplateComponent("BODY", Format: null, "On {{1}} at {{2}}, {{1}} indeed"),
            new TemplateComponent("BUTTONS", Format: null, Text: null)
            {
                Buttons = [new TemplateButton("QUICK_REPLY", "Yes", Url: null), new TemplateButton("URL", "Open", "https://acme.example/{{1}}")],
            },
        ],
    };

    private static readonly WhatsAppTemplate Named = new("2", "named", "en_US", "APPROVED", "UTILITY", "NAMED")
    {
        Components = [new TemplateComponent("BODY", Format: null, "Dear {{first_name}}, on {{day}}")],
    };

    [Fact]
    public void Values_in_order_become_components_in_order()
    {
        var (components, problem) = TemplateComponents.Build(Variables("""{"header":["Asha"],"body":["Monday","10:00"],"buttons":["a1"]}"""), Positional);

        problem.ShouldBeNull();
        components.Select(component => component.Type).ShouldBe(["header", "body", "button"]);
        components[1].Parameters.Select(parameter => parameter.Value).ShouldBe(["Monday", "10:00"]);
        components[2].SubType.ShouldBe("url");
        components[2].Index.ShouldBe(1);
    }

    [Fact]
    public void A_list_is_the_body()
    {
        var template = Positional with { Components = [Positional.Components[1]] };

        var (components, problem) = TemplateComponents.Build(Variables("""["Monday", 10]"""), template);

        problem.ShouldBeNull();
        components.Single().Parameters.Select(parameter => parameter.Value).ShouldBe(["Monday", "10"]);
    }

    [Fact]
    public void Named_parameters_carry_their_names()
    {
        var (components, problem) = TemplateComponents.Build(Variables("""{"body":{"day":"Monday","first_name":"Asha"}}"""), Named);

        problem.ShouldBeNull();
        components.Single().Parameters.Select(parameter => parameter.Name).ShouldBe(["first_name", "day"]);
    }

    [Fact]
    public void A_quick_reply_gets_its_payload_by_its_index()
    {
        var variables = Variables("""{"header":["A"],"body":["B","C"],"buttons":{"0":"yes","1":"a1"}}""");

        var (components, problem) = TemplateComponents.Build(variables, Positional);

        problem.ShouldBeNull();
        components.Where(component => component.Type is "button").Select(component => component.Parameters[0].Type).ShouldBe(["payload", "text"]);
    }

    [Fact]
    public void A_media_header_takes_a_link_or_an_id()
    {
        var template = Positional with { Components = [new TemplateComponent("HEADER", "IMAGE", Text: null)] };

        var (components, _) = TemplateComponents.Build(Variables("""{"header":["https://acme.example/a.jpg"]}"""), template);

        components.Single().Parameters.Single().Type.ShouldBe("image");
    }

    [Theory]
    [InlineData("""["Monday"]""", "header.1", "missing")]
    [InlineData("""{"header":["A"],"body":["Monday"],"buttons":["x"]}""", "body.2", "missing")]
    [InlineData("""{"header":["A"],"body":["1","2","3"],"buttons":["x"]}""", "body.3", "not a parameter")]
    [InlineData("""{"header":["A"],"body":["a\nb","2"],"buttons":["x"]}""", "body.1", "line break")]
    [InlineData("""{"header":["A"],"body":["a\tb","2"],"buttons":["x"]}""", "body.1", "tab")]
    [InlineData("""{"header":["A"],"body":["a     b","2"],"buttons":["x"]}""", "body.1", "four spaces")]
    [InlineData("""{"header":["A"],"body":["a","  "],"buttons":["x"]}""", "body.2", "empty")]
    [InlineData("""{"header":["A"],"body":["a","b"]}""", "buttons.1", "missing")]
    [InlineData("""{"header":["A"],"body":["a","b"],"buttons":["x","y"]}""", "buttons.2", "not a button")]
    [InlineData("""{"header":["A"],"body":["a","b"],"buttons":{"1":"x","7":"y"}}""", "buttons.7", "not a button")]
    public void What_does_not_fit_names_its_parameter(string variables, string parameter, string why)
    {
        var (_, problem) = TemplateComponents.Build(Variables(variables), Positional);

        problem!.Parameter.ShouldBe(parameter);
        problem.Why.ShouldContain(why);
    }

    [Fact]
    public void A_name_that_the_template_lacks_is_refused_with_those_it_has()
    {
        var (_, problem) = TemplateComponents.Build(Variables("""{"body":{"day":"Monday","first_name":"A","surname":"B"}}"""), Named);

        problem!.Parameter.ShouldBe("body.surname");
        problem.Why.ShouldContain("first_name, day");
    }

    [Theory]
    [InlineData("5", "")]
    [InlineData("""{"body":5}""", "body")]
    [InlineData("""{"footer":[]}""", "footer")]
    [InlineData("""{"body":[{}]}""", "body.1")]
    [InlineData("""{"body":{"a":null}}""", "body.a")]
    public void Variables_of_another_form_are_refused_with_their_path(string json, string path)
    {
        using var document = JsonDocument.Parse(json);

        TemplateVariables.TryRead(document.RootElement, out _, out var problem).ShouldBeFalse();
        problem!.Parameter.ShouldBe(path);
    }

    [Fact]
    public void Values_are_rendered_in_place_with_their_path()
    {
        var rendered = Variables("""{"body":["x"],"buttons":{"1":"y"}}""").Select((path, value) => $"{path}={value}");

        rendered.Body!.Values.Single().Value.ShouldBe("body.1=x");
        rendered.Buttons!.Values.Single().Value.ShouldBe("buttons.1=y");
    }

    private static TemplateVariables Variables(string json)
    {
        using var document = JsonDocument.Parse(json);
        TemplateVariables.TryRead(document.RootElement, out var variables, out _).ShouldBeTrue();
        return variables;
    }
}
