using System.Globalization;
using System.Text.Json.Nodes;
using Ecodrix.Server.Features.Timeline;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Leads.Consequences;

/// <summary>What a change of a lead looks like in its timeline.</summary>
internal static class ChangeStories
{
    public static IEnumerable<TimelineEntry> Of(Lead? before, Lead after, ChangeContext context) =>
        Told(before, after, context).Select(told => new TimelineEntry
        {
            Id = DocumentId.New(context.Now),
            LeadId = after.Id,
            Kind = TimelineKind.Activity,
            Type = told.Type,
            Title = told.Title,
            Actor = context.Cause.Actor,
            At = context.Now,
            Data = told.Content,
        });

    private static IEnumerable<Story> Told(Lead? before, Lead after, ChangeContext context) => before is null
        ? [new Story("lead_created", "Lead created", new() { ["source"] = after.Source })]
        : [.. Moved(before, after, context), .. Tagged(before, after), .. Converted(before, after), .. Edited(before, after)];

    private static IEnumerable<Story> Moved(Lead before, Lead after, ChangeContext context)
    {
        if (LeadConsequences.Same(before.StageId, after.StageId))
        {
            yield break;
        }

        var from = context.Book.FindStage(before.StageId)?.Stage.Name;
        var to = context.Book.FindStage(after.StageId)?.Stage.Name;
        yield return new Story(
            "stage_changed",
            from is null ? $"Moved to {to}" : $"Moved from {from} to {to}",
            new() { ["fromStageId"] = before.StageId, ["toStageId"] = after.StageId });
    }

    private static IEnumerable<Story> Tagged(Lead before, Lead after)
    {
        List<string> added = [.. after.Tags.Except(before.Tags, StringComparer.Ordinal)];
        List<string> removed = [.. before.Tags.Except(after.Tags, StringComparer.Ordinal)];
        if (added.Count + removed.Count > 0)
        {
            var words = added.Select(tag => "+" + tag).Concat(removed.Select(tag => "-" + tag));
            yield return new Story("tags_changed", "Tags changed: " + string.Join(", ", words), new() { ["added"] = ArrayOf(added), ["removed"] = ArrayOf(removed) });
        }
    }

    private static IEnumerable<Story> Converted(Lead before, Lead after)
    {
        if (before.Status != after.Status)
        {
            var title = (before.Status, after.Status) switch
            {
                (_, LeadStatus.Won) => "Deal won",
                (_, LeadStatus.Lost) => "Deal lost",
                (_, LeadStatus.Archived) => "Archived",
                (LeadStatus.Archived, _) => "Restored",
                _ => "Opened again",
            };
            yield return new Story("status_changed", title, new() { ["from"] = Wire(before.Status), ["to"] = Wire(after.Status) });
        }
    }

    private static IEnumerable<Story> Edited(Lead before, Lead after)
    {
        if (!LeadConsequences.Same(before.AssignedTo, after.AssignedTo))
        {
            yield return new Story("assigned", after.AssignedTo is null ? "No longer assigned" : $"Assigned to {after.AssignedTo}", new() { ["from"] = before.AssignedTo, ["to"] = after.AssignedTo });
        }

        if (before.Score != after.Score)
        {
            yield return new Story("score_changed", string.Create(CultureInfo.InvariantCulture, $"Score {before.Score} → {after.Score}"), new() { ["from"] = before.Score, ["to"] = after.Score });
        }

        List<string> fields = [.. LeadFields.ChangedNames(before, after)];
        if (fields.Count > 0)
        {
            yield return new Story("fields_changed", "Changed: " + string.Join(", ", fields), new() { ["fields"] = ArrayOf(fields) });
        }
    }

    private static JsonArray ArrayOf(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode?)text)];

    private static string Wire(LeadStatus status) => status.ToString().ToLowerInvariant();

    private sealed record Story(string Type, string Title, JsonObject Content);
}
