using System.Text.Json.Nodes;
using CsCheck;
using Ecodrix.Engine.Steps;
using Ecodrix.Engine.Templates;

namespace Ecodrix.Engine.Tests.Templates;

public sealed class PlainPlacesTests
{
    private static readonly Gen<string> Piece = Gen.OneOf(
        Of("Hi ", "<b>", "{", "}", " { x }", "\n", "é😀", "' \" "),
        Gen.Select(
            Of("lead.firstName", "lead.lastName", "lead.score", "lead.dealValue", "lead.optedIn", "lead.tags", "event.title", "event.none", "data.order", "data.order.lines", "nowhere.at", "resolved.today", "resolved.booking.messageId", "lead.firstName.x"),
            Of("", "", " | default: 'a<b'", " | default: \"it's\""),
            Of("", " "),
            (path, filter, space) => $"{{{{{space}{path}{filter}{space}}}}}"));

    [Fact]
    public void The_short_way_renders_what_the_Liquid_engine_renders()
    {
        Piece.Array[1, 6].Select(string.Concat).Sample(text =>
        {
            if (PlainPlaces.TryParse(text) is not { } places)
            {
                return;
            }

            var (program, _) = LiquidProgram.Parse(text);
            foreach (var form in new[] { TextForm.Plain, TextForm.Html, TextForm.Url })
            {
                var expected = program!.Render(Scope(), form);
                var rendering = places.Render(Scope(), form);

                rendering.Text.ShouldBe(expected.Text, text);
                rendering.Warnings.ShouldBe(expected.Warnings, text);
            }
        }, iter: 1_000);
    }

    [Theory]
    [InlineData("{{ lead.firstName }}", true)]
    [InlineData("{{lead.firstName|default:'x'}}", true)]
    [InlineData("{{ lead.tags.size }}", false)]
    [InlineData("{{ lead.firstName | upcase }}", false)]
    [InlineData("{{ true }}", false)]
    [InlineData("{% if true %}{% endif %}", false)]
    public void It_takes_only_what_it_renders_alike(string text, bool taken)
    {
        (PlainPlaces.TryParse(text) is not null).ShouldBe(taken);
    }

    private static Gen<string> Of(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(index => texts[index]);

    private static TemplateScope Scope() => new(JsonNode.Parse(Rendered.Values)!.AsObject(), Rendered.Kolkata, Rendered.Now);
}
