using System.Text.Json;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Storage.Tests.Conditions;

/// <summary>What is read, what is refused, and where the refusal points.</summary>
public sealed class ConditionParserTests
{
    [Theory]
    [InlineData("""{"field":"lead.source","operator":"eq","value":"website"}""")]
    [InlineData("""{"field":"event.a.x-y","operator":"exists"}""")]
    [InlineData("""{"all":[]}""")]
    [InlineData("""{"not":{"any":[{"field":"data.a","operator":"in","value":[1,"x",null,true]},{"field":"resolved.pay.received","operator":"eq","value":true}]}}""")]
    [InlineData("""{"field":"lead.createdAt","operator":"lt","value":{"ago":"14d"}}""")]
    [InlineData("""{"field":"conversation.unread","operator":"gte","value":1.5}""")]
    [InlineData("""{"field":"lead.x","operator":"eq","value":null}""")]
    [InlineData("""{"field":"lead.email","operator":"matches","value":"^[a-z]*@(?:x|y)\\.com$"}""")]
    public void What_the_wire_may_say_is_read_and_written_again_as_it_was(string json)
    {
        var condition = Read(json, ConditionUse.Rule, out var errors);

        errors.ShouldBeEmpty();
        condition!.ToJson().ToJsonString().ShouldBe(json);
    }

    [Fact]
    public void Every_operator_is_known_by_its_name_on_the_wire()
    {
        string[] names = ["eq", "neq", "gt", "gte", "lt", "lte", "in", "nin", "contains", "not_contains", "starts_with", "ends_with", "exists", "not_exists", "matches", "eq_ci", "contains_ci"];

        names.Select(name => Read($$"""{"field":"a","operator":"{{name}}","value":{{(name is "in" or "nin" ? "[\"x\"]" : "\"x\"")}}}""", ConditionUse.Rule, out _))
            .Cast<Condition.Compare>().Select(compare => compare.Operator)
            .ShouldBe(Enum.GetValues<Operator>());
    }

    [Theory]
    [InlineData("score", "lead.score")]
    [InlineData("metadata.plan", "lead.metadata.plan")]
    [InlineData("lead.score", "lead.score")]
    [InlineData("data", "lead.data")]
    [InlineData("vars.plan", "event.plan")]
    [InlineData("resolved.pay.event.data.x", "resolved.pay.event.data.x")]
    public void A_bare_name_means_the_leads(string written, string meant)
    {
        var compare = (Condition.Compare)Read($$"""{"field":"{{written}}","operator":"exists"}""", ConditionUse.Rule, out _)!;

        compare.Field.ShouldBe(meant);
    }

    [Theory]
    [InlineData("[]", "c", "object")]
    [InlineData("null", "c", "object")]
    [InlineData("\"x\"", "c", "object")]
    [InlineData("""{"operator":"exists"}""", "c.field", "names its field")]
    [InlineData("""{"field":5,"operator":"eq","value":1}""", "c.field", "names its field")]
    [InlineData("""{"field":"","operator":"eq","value":1}""", "c.field", "ten names")]
    [InlineData("""{"field":"1a","operator":"eq","value":1}""", "c.field", "ten names")]
    [InlineData("""{"field":"a..b","operator":"eq","value":1}""", "c.field", "ten names")]
    [InlineData("""{"field":"a.$where","operator":"eq","value":1}""", "c.field", "ten names")]
    [InlineData("""{"field":"a\n","operator":"eq","value":1}""", "c.field", "ten names")]
    [InlineData("""{"field":"имя","operator":"eq","value":1}""", "c.field", "ten names")]
    [InlineData("""{"field":"a.b.c.d.e.f.g.h.i.j.k","operator":"eq","value":1}""", "c.field", "ten names")]
    [InlineData("""{"field":"a","value":1}""", "c.operator", "not_contains")]
    [InlineData("""{"field":"a","operator":"EQ","value":1}""", "c.operator", "One of eq, neq")]
    [InlineData("""{"field":"a","operator":"constructor","value":1}""", "c.operator", "One of")]
    [InlineData("""{"field":"a","operator":"eq"}""", "c.value", "needs a value")]
    [InlineData("""{"field":"a","operator":"eq","value":[1]}""", "c.value", "not a list")]
    [InlineData("""{"field":"a","operator":"eq","value":{"x":1}}""", "c.value", "relative time")]
    [InlineData("""{"field":"a","operator":"lt","value":{"ago":"14"}}""", "c.value", "relative time")]
    [InlineData("""{"field":"a","operator":"lt","value":{"ago":"-1d"}}""", "c.value", "relative time")]
    [InlineData("""{"field":"a","operator":"lt","value":{"ago":"99999999d"}}""", "c.value", "relative time")]
    [InlineData("""{"field":"a","operator":"lt","value":{"ago":"1d","ahead":"1d"}}""", "c.value", "relative time")]
    [InlineData("""{"field":"a","operator":"lt","value":{"ago":14}}""", "c.value", "relative time")]
    [InlineData("""{"field":"a","operator":"gt","value":true}""", "c.value", "number, a text or a time")]
    [InlineData("""{"field":"a","operator":"gt","value":null}""", "c.value", "number, a text or a time")]
    [InlineData("""{"field":"a","operator":"gt","value":1e999}""", "c.value", "too large")]
    [InlineData("""{"field":"a","operator":"in","value":"x"}""", "c.value", "needs a list")]
    [InlineData("""{"field":"a","operator":"in","value":[["x"]]}""", "c.value", "not a list")]
    [InlineData("""{"field":"a","operator":"starts_with","value":5}""", "c.value", "needs a text")]
    [InlineData("""{"field":"a","operator":"eq","value":"\ud800"}""", "c.value", "lone surrogate")]
    [InlineData("""{"\ud800":1}""", "c", "lone surrogate")]
    [InlineData("""{"field":"a","operator":"matches","value":"(a"}""", "c.value", "cannot be read")]
    [InlineData("""{"field":"a","operator":"matches","value":"(?=a)b"}""", "c.value", "linear time")]
    [InlineData("""{"field":"a","operator":"matches","value":"(?<!a)b"}""", "c.value", "linear time")]
    [InlineData("""{"field":"a","operator":"matches","value":"(a)\\1"}""", "c.value", "linear time")]
    [InlineData("""{"all":{}}""", "c.all", "list of conditions")]
    [InlineData("""{"any":null}""", "c.any", "list of conditions")]
    [InlineData("""{"not":[]}""", "c.not", "object")]
    [InlineData("""{"all":[],"any":[]}""", "c", "one key alone")]
    [InlineData("""{"all":[],"field":"a"}""", "c", "one key alone")]
    [InlineData("""{"all":[{"field":"a","operator":"exists"},{"not":{"any":[{"field":"a","operator":"no"}]}}]}""", "c.all[1].not.any[0].operator", "One of")]
    public void A_mistake_is_named_by_its_place_with_what_would_be_right(string json, string path, string words)
    {
        Read(json, ConditionUse.Rule, out var errors).ShouldBeNull();

        errors.Keys.ShouldBe([path]);
        errors[path].Single().ShouldContain(words);
    }

    [Fact]
    public void Every_mistake_in_a_list_is_named()
    {
        Read("""{"any":[{"field":"a","operator":"no"},{"operator":"eq","value":1}]}""", ConditionUse.Rule, out var errors).ShouldBeNull();

        errors.Keys.ShouldBe(["c.any[0].operator", "c.any[1].field"]);
    }

    [Fact]
    public void Ten_deep_is_read_and_eleven_refused()
    {
        Read(Nested(9), ConditionUse.Rule, out _).ShouldNotBeNull();

        Read(Nested(10), ConditionUse.Rule, out var errors).ShouldBeNull();
        errors.Values.Single().Single().ShouldContain("at most 10 deep");
    }

    [Fact]
    public void A_hundred_comparisons_are_read_and_one_more_refused()
    {
        Read(Wide(100), ConditionUse.Rule, out _).ShouldNotBeNull();

        Read(Wide(101), ConditionUse.Rule, out var errors).ShouldBeNull();
        errors["c"].Single().ShouldContain("at most 100");
    }

    [Fact]
    public void A_pattern_has_at_most_two_hundred_characters()
    {
        Read(Pattern(200), ConditionUse.Rule, out _).ShouldNotBeNull();

        Read(Pattern(201), ConditionUse.Rule, out var errors).ShouldBeNull();
        errors["c.value"].Single().ShouldContain("200");
    }

    [Theory]
    [InlineData("""{"field":"lead.email","operator":"matches","value":"a"}""", "c.operator")]
    [InlineData("""{"field":"event.plan","operator":"eq","value":"a"}""", "c.field")]
    public void A_filter_refuses_what_a_database_does_not_answer(string json, string path)
    {
        Read(json, ConditionUse.Filter, out var errors).ShouldBeNull();

        errors.Keys.ShouldBe([path]);
    }

    [Fact]
    public void A_filter_over_the_lead_becomes_one_over_the_document()
    {
        var filter = Read("""{"all":[{"field":"lead._id","operator":"eq","value":"x"},{"not":{"field":"score","operator":"gt","value":5}}]}""", ConditionUse.Filter, out _)!;

        filter.OfDocument().ToJson().ToJsonString()
            .ShouldBe("""{"all":[{"field":"_id","operator":"eq","value":"x"},{"not":{"field":"score","operator":"gt","value":5}}]}""");
    }

    [Fact]
    public void What_was_stored_and_cannot_be_read_is_told_with_its_place()
    {
        var broken = JsonSerializer.Deserialize<JsonElement>("""{"all":[{"field":"a"}]}""");

        Should.Throw<FormatException>(() => ConditionParser.Parse(broken, ConditionUse.Rule)).Message.ShouldStartWith("condition.all[0].operator: ");
    }

    private static Condition? Read(string json, ConditionUse use, out Dictionary<string, string[]> errors)
    {
        errors = new(StringComparer.Ordinal);
        _ = ConditionParser.TryParse(JsonSerializer.Deserialize<JsonElement>(json), "c", use, errors, out var condition);
        return condition;
    }

    private static string Nested(int groups) =>
        string.Concat(Enumerable.Repeat("""{"not":""", groups)) + """{"field":"a","operator":"exists"}""" + new string('}', groups);

    private static string Wide(int comparisons) =>
        $$"""{"all":[{{string.Join(',', Enumerable.Repeat("""{"field":"a","operator":"exists"}""", comparisons))}}]}""";

    private static string Pattern(int length) =>
        $$"""{"field":"a","operator":"matches","value":"{{new string('a', length)}}"}""";
}
