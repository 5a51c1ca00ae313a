using System.Text.Json;
using System.Text.Json.Nodes;
using Ecodrix.Server.Features.Pipelines;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Server.Features.Leads;

/// <summary>Puts a condition over a lead as the API shows it into one over the lead as it is stored.</summary>
/// <remarks>Money is stored in ten-thousandths; of stage and pipeline only the ids are, so a condition on their other fields becomes the list of ids that meet it.</remarks>
internal static class LeadFilter
{
    private const string DealValue = "dealValue";

    private const string StagePrefix = "stage.";

    private const string PipelinePrefix = "pipeline.";

    public static Condition OfStored(Condition condition, PipelineBook book, DateTimeOffset now) =>
        Translate(condition.OfDocument().At(now), book, now);

    private static Condition Translate(Condition condition, PipelineBook book, DateTimeOffset now) => condition switch
    {
        Condition.All all => new Condition.All([.. all.Conditions.Select(one => Translate(one, book, now))]),
        Condition.Any any => new Condition.Any([.. any.Conditions.Select(one => Translate(one, book, now))]),
        Condition.Not not => new Condition.Not(Translate(not.Inner, book, now)),
        Condition.Compare { Field: DealValue } amount => amount with { Field = "dealUnits", Value = InUnits(amount.Value) },
        Condition.Compare compare when compare.Field.StartsWith(StagePrefix, StringComparison.Ordinal) =>
            Among("stageId", StagesMeeting(compare with { Field = compare.Field[StagePrefix.Length..] }, book, now), MeetsNothing(compare, now)),
        Condition.Compare compare when compare.Field.StartsWith(PipelinePrefix, StringComparison.Ordinal) =>
            Among("pipelineId", PipelinesMeeting(compare with { Field = compare.Field[PipelinePrefix.Length..] }, book, now), MeetsNothing(compare, now)),
        _ => condition,
    };

    private static IEnumerable<string> StagesMeeting(Condition compare, PipelineBook book, DateTimeOffset now) =>
        book.All.SelectMany(pipeline => pipeline.Stages)
            .Where(stage => compare.IsMetBy(stage.ToScope(), now))
            .Select(stage => stage.Id);

    private static IEnumerable<string> PipelinesMeeting(Condition compare, PipelineBook book, DateTimeOffset now) =>
        book.All
            .Where(pipeline => compare.IsMetBy(new JsonObject { ["_id"] = pipeline.Id, ["name"] = pipeline.Name }, now))
            .Select(pipeline => pipeline.Id);

    /// <summary>Whether a lead that is in no stage meets it.</summary>
    private static bool MeetsNothing(Condition compare, DateTimeOffset now) => compare.IsMetBy(new JsonObject(), now);

    private static Condition Among(string field, IEnumerable<string> ids, bool orNone)
    {
        var among = Condition.In(field, ids);
        return orNone ? new Condition.Any(among, Condition.Eq(field, null)) : among;
    }

    private static JsonNode? InUnits(JsonNode? value) => value switch
    {
        JsonArray list => new JsonArray([.. list.Select(InUnits)]),
        JsonValue single when AmountOf(single) is { } amount => JsonValue.Create(amount * Money.UnitsInOne),
        _ => value?.DeepClone(),
    };

    private static decimal? AmountOf(JsonValue value)
    {
        // A text that is a number counts as that number, wherever conditions are read.
        var text = value.GetValueKind() switch
        {
            JsonValueKind.Number => value.ToJsonString(),
            JsonValueKind.String => value.GetValue<string>(),
            _ => null,
        };
        return decimal.TryParse(text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var amount)
            && Math.Abs(amount) <= decimal.MaxValue / Money.UnitsInOne
            ? amount
            : null;
    }
}
