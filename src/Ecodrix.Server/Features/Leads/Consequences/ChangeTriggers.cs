using System.Text.Json.Nodes;
using Ecodrix.Server.Features.Events;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Leads.Consequences;

/// <summary>The system triggers that a change of a lead fires.</summary>
internal static class ChangeTriggers
{
    public static IEnumerable<SystemTrigger> Of(Lead? before, Lead after, ChangeContext context)
    {
        SystemTrigger Fire(string name, JsonObject content) =>
            new(DocumentId.New(context.Now), name, after.Id, content, context.Cause.Lineage);

        return Found(before, after, context).Select(found => Fire(found.Name, found.Content));
    }

    private static IEnumerable<(string Name, JsonObject Content)> Found(Lead? before, Lead after, ChangeContext context)
    {
        if (before is null)
        {
            yield return ("lead_created", new() { ["source"] = after.Source, ["pipelineId"] = after.PipelineId, ["stageId"] = after.StageId });
        }

        foreach (var moved in Moves(before, after, context))
        {
            yield return moved;
        }

        foreach (var tag in after.Tags.Except(before?.Tags ?? [], StringComparer.Ordinal))
        {
            yield return ("tag_added", new() { ["tagName"] = tag });
        }

        foreach (var tag in (before?.Tags ?? []).Except(after.Tags, StringComparer.Ordinal))
        {
            yield return ("tag_removed", new() { ["tagName"] = tag });
        }

        if (after.Status != before?.Status && after.Status is LeadStatus.Won or LeadStatus.Lost && before?.Status is not LeadStatus.Archived)
        {
            yield return (after.Status is LeadStatus.Won ? "deal_won" : "deal_lost", DealOf(after));
        }

        var previous = before?.Score ?? 0;
        if (after.Score != previous)
        {
            yield return (after.Score > previous ? "score_above" : "score_below", new() { ["score"] = after.Score, ["previousScore"] = previous });
        }
    }

    private static IEnumerable<(string Name, JsonObject Content)> Moves(Lead? before, Lead after, ChangeContext context)
    {
        if (LeadConsequences.Same(before?.StageId, after.StageId))
        {
            yield break;
        }

        if (before?.StageId is { } left)
        {
            yield return ("stage_exit", PlaceOf(left, before.PipelineId, context, "toStageId", after.StageId));
        }

        if (after.StageId is { } entered)
        {
            yield return ("stage_enter", PlaceOf(entered, after.PipelineId, context, "fromStageId", before?.StageId));
        }
    }

    private static JsonObject PlaceOf(string stageId, string? pipelineId, ChangeContext context, string otherName, string? otherId) => new()
    {
        ["stageId"] = stageId,
        ["stageName"] = context.Book.FindStage(stageId)?.Stage.Name,
        ["pipelineId"] = pipelineId,
        [otherName] = otherId,
    };

    private static JsonObject DealOf(Lead lead) => new()
    {
        ["dealValue"] = lead.DealUnits is { } units ? Money.FromUnits(units) : null,
        ["currency"] = lead.Currency,
        ["dealTitle"] = lead.DealTitle,
        ["stageId"] = lead.StageId,
    };
}
