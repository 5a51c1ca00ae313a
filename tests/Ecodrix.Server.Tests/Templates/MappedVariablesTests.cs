using System.Text.Json.Nodes;
using Ecodrix.Server.Features.Templates;

namespace Ecodrix.Server.Tests.Templates;

public sealed class MappedVariablesTests
{
    private static readonly JsonObject Scope = JsonNode.Parse("""{"lead":{"firstName":"Asha","score":7},"event":{"at":{"day":"Monday"}},"resolved":{"meetLink":"https://meet.test/x"}}""")!.AsObject();

    [Fact]
    public void Variables_come_from_where_the_mapping_says()
    {
        var mapped = MappedVariables.Of(Mapping("skip", new(2, null, "lead", "score", null, null), new(1, null, "lead", "firstName", null, null), new(1, "header", "event", "at.day", null, null), new(1, "buttons", "static", null, "go", null)), Scope);

        mapped.EmptyVariable.ShouldBeNull();
        mapped.ToJson().GetRawText().ShouldBe("""{"header":["Monday"],"body":["Asha","7"],"buttons":["go"]}""");
    }

    [Fact]
    public void An_empty_variable_takes_its_default()
    {
        MappedVariables.Of(Mapping("fail", new VariableMapping(1, null, "lead", "lastName", null, "friend")), Scope).ToJson().GetRawText().ShouldBe("""{"body":["friend"]}""");
    }

    [Theory]
    [InlineData("skip", "body.1", false)]
    [InlineData("fail", "body.1", true)]
    [InlineData("send_default", null, false)]
    public void Without_a_default_the_mapping_decides(string onEmpty, string? empty, bool fails)
    {
        var mapped = MappedVariables.Of(Mapping(onEmpty, new VariableMapping(1, null, "lead", "lastName", null, null)), Scope);

        mapped.EmptyVariable.ShouldBe(empty);
        mapped.Fails.ShouldBe(fails);
    }

    private static TemplateMapping Mapping(string onEmpty, params VariableMapping[] mappings) => new(mappings, onEmpty);
}
