using System.Text.Json;
using System.Text.Json.Nodes;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Storage.Tests.Conditions;

/// <summary>The contract's sentences about conditions, one by one.</summary>
public sealed class EvaluationTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 15, 9, 30, 0, TimeSpan.Zero);

    private static readonly JsonElement Document = JsonSerializer.Deserialize<JsonElement>("""
        {
          "_id": "65f0", "score": 60, "plan": "Gold", "nothing": null, "count": "50", "huge": "9007199254740993",
          "tags": ["vip", 7, null], "empty": [], "address": {"city": "Köln"}, "open": true,
          "createdAt": "2026-03-01T09:30:00.000Z", "local": "2026-03-01T15:00:00+05:30", "day": "2026-03-01"
        }
        """);

    [Theory]
    [InlineData("missing", "eq", "null", true)]
    [InlineData("nothing", "eq", "null", true)]
    [InlineData("address.street", "eq", "null", true)]
    [InlineData("plan.name", "eq", "null", true)]
    [InlineData("missing", "neq", "\"x\"", true)]
    [InlineData("missing", "nin", "[\"x\"]", true)]
    [InlineData("missing", "not_contains", "\"x\"", true)]
    [InlineData("missing", "gt", "0", false)]
    [InlineData("missing", "lt", "0", false)]
    [InlineData("missing", "exists", null, false)]
    [InlineData("nothing", "not_exists", null, true)]
    [InlineData("empty", "exists", null, true)]
    [InlineData("plan", "eq", "\"gold\"", false)]
    [InlineData("plan", "eq_ci", "\"gOLD\"", true)]
    [InlineData("plan", "contains", "\"ol\"", true)]
    [InlineData("plan", "contains", "\"OL\"", false)]
    [InlineData("plan", "contains_ci", "\"OL\"", true)]
    [InlineData("plan", "starts_with", "\"Go\"", true)]
    [InlineData("plan", "ends_with", "\"ld\"", true)]
    [InlineData("plan", "matches", "\"^G.+d$\"", true)]
    [InlineData("score", "matches", "\"6\"", false)]
    [InlineData("address.city", "eq_ci", "\"KÖLN\"", true)]
    [InlineData("score", "gte", "60", true)]
    [InlineData("score", "gt", "60", false)]
    [InlineData("score", "eq", "\"60\"", true)]
    [InlineData("score", "eq", "\"60.0\"", true)]
    [InlineData("score", "eq", "\" 60\"", false)]
    [InlineData("count", "eq", "50", true)]
    [InlineData("count", "gt", "9", true)]
    [InlineData("count", "gt", "\"9\"", false)]
    [InlineData("count", "eq", "\"50.0\"", false)]
    [InlineData("huge", "eq", "9007199254740992", true)]
    [InlineData("plan", "gt", "1", false)]
    [InlineData("plan", "lt", "1", false)]
    [InlineData("open", "eq", "true", true)]
    [InlineData("open", "eq", "\"true\"", false)]
    [InlineData("open", "eq", "1", false)]
    [InlineData("open", "gt", "0", false)]
    [InlineData("tags", "eq", "\"vip\"", true)]
    [InlineData("tags", "eq", "\"7\"", true)]
    [InlineData("tags", "neq", "\"vip\"", false)]
    [InlineData("tags", "in", "[\"a\",\"vip\"]", true)]
    [InlineData("tags", "contains", "\"vip\"", true)]
    [InlineData("tags", "contains", "\"vi\"", false)]
    [InlineData("tags", "contains_ci", "\"VIP\"", true)]
    [InlineData("tags", "gt", "1", false)]
    [InlineData("tags", "starts_with", "\"v\"", false)]
    [InlineData("empty", "eq", "null", false)]
    [InlineData("address", "eq", "\"x\"", false)]
    [InlineData("address", "exists", null, true)]
    [InlineData("local", "eq", "\"2026-03-01T09:30:00Z\"", true)]
    [InlineData("createdAt", "lte", "\"2026-03-01T15:00:00+05:30\"", true)]
    [InlineData("createdAt", "lt", "\"2026-03-01T15:00:00+05:30\"", false)]
    [InlineData("day", "lt", "\"2026-03-01T00:00:00.000Z\"", true)]
    [InlineData("createdAt", "lt", "{\"ago\":\"13d\"}", true)]
    [InlineData("createdAt", "lt", "{\"ago\":\"15d\"}", false)]
    [InlineData("createdAt", "lt", "{\"ahead\":\"2h\"}", true)]
    [InlineData("_id", "eq", "\"65f0\"", true)]
    public void A_comparison_means_what_the_contract_says(string field, string name, string? value, bool expected)
    {
        OperatorNames.TryParse(name, out var one).ShouldBeTrue();
        var compare = new Condition.Compare(field, one, value is null ? null : JsonNode.Parse(value));

        compare.IsMetBy(Document, Now).ShouldBe(expected);
        compare.IsMetBy(JsonNode.Parse(Document.GetRawText()), Now).ShouldBe(expected);
        compare.At(Now).IsMetBy(Document, Now.AddYears(1)).ShouldBe(expected);
    }

    [Fact]
    public void Values_made_in_code_compare_as_those_that_were_read()
    {
        var document = new JsonObject { ["whole"] = 5, ["long"] = 5L, ["money"] = 5.0m, ["text"] = "5", ["letter"] = 'x' };

        foreach (var field in new[] { "whole", "long", "money", "text" })
        {
            Condition.Eq(field, 5).IsMetBy(document, Now).ShouldBeTrue(field);
        }

        Condition.Eq("letter", "x").IsMetBy(document, Now).ShouldBeTrue();
    }

    [Fact]
    public void Half_a_character_in_a_document_is_no_failure()
    {
        var document = JsonSerializer.Deserialize<JsonElement>("""{"text":"\ud800"}""");

        Condition.Eq("text", "a").IsMetBy(document, Now).ShouldBeFalse();
        Condition.Eq("text", "a").IsMetBy(JsonNode.Parse("""{"text":"\ud800"}"""), Now).ShouldBeFalse();
    }

    [Fact]
    public void A_list_without_conditions_holds_for_all_and_for_none_of_any()
    {
        new Condition.All().IsMetBy(Document, Now).ShouldBeTrue();
        new Condition.Any().IsMetBy(Document, Now).ShouldBeFalse();
    }

    [Fact]
    public void Fields_of_several_things_are_asked_for_by_their_full_names()
    {
        var condition = new Condition.All(Condition.Eq("lead.plan", "Gold"), Condition.Gt("event.amount", 10));

        condition.IsMetBy(field => field is "lead.plan" ? FieldValue.Of("Gold") : FieldValue.Of(11), Now).ShouldBeTrue();
    }

    [Theory]
    [InlineData("""{"field":"score","operator":"gte","value":70}""", "condition lead.score gte 70 is false")]
    [InlineData("""{"all":[{"field":"score","operator":"gte","value":50},{"field":"plan","operator":"eq","value":"Silver"}]}""", "condition lead.plan eq Silver is false")]
    [InlineData("""{"any":[{"field":"score","operator":"gte","value":90},{"field":"plan","operator":"eq","value":"Silver"}]}""", "condition lead.score gte 90 is false")]
    [InlineData("""{"not":{"field":"plan","operator":"exists"}}""", "condition not lead.plan exists is false")]
    [InlineData("""{"not":{"all":[{"field":"plan","operator":"exists"},{"any":[{"field":"score","operator":"in","value":[60]}]}]}}""", "condition not (lead.plan exists and (lead.score in [60])) is false")]
    [InlineData("""{"any":[]}""", "condition any of none is false")]
    [InlineData("""{"field":"score","operator":"gte","value":50}""", null)]
    public void Why_it_is_false_is_told_by_the_first_comparison_that_makes_it_so(string json, string? why)
    {
        var condition = ConditionParser.Parse(JsonSerializer.Deserialize<JsonElement>(json), ConditionUse.Rule);

        condition.WhyNotMetBy(field => FieldValue.At(Document, field["lead.".Length..]), Now).ShouldBe(why);
    }

    [Theory]
    [InlineData("a", "B", 1)]
    [InlineData("a", "ab", -1)]
    [InlineData("", "a", -1)]
    [InlineData("🙂", "\uFFFD", 1)]
    [InlineData("\uE000", "🙂", -1)]
    [InlineData("🙂", "🙃", -1)]
    [InlineData("x", "x", 0)]
    public void Text_is_ordered_by_code_point(string left, string right, int sign)
    {
        Math.Sign(Scalars.CompareText(left, right)).ShouldBe(sign);
        Math.Sign(Scalars.CompareText(right, left)).ShouldBe(-sign);
    }
}
