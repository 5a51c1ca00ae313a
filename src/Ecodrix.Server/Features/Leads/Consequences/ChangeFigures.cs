using System.Globalization;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Leads.Consequences;

/// <summary>What a change of a lead adds to the figures of its day.</summary>
/// <remarks>
/// <c>leads.created</c> by source · <c>stage.entered</c> by stage · <c>leads.won</c> and <c>leads.lost</c> by assignee
/// (empty when nobody) · <c>leads.wonValue</c> by currency, in ten-thousandths. A deal that is opened again takes nothing back:
/// a day's figure says what happened on that day.
/// </remarks>
internal static class ChangeFigures
{
    public static IEnumerable<DailyFigure> Of(Lead? before, Lead after, ChangeContext context)
    {
        var day = TimeZoneInfo.ConvertTime(context.Now, context.Zone).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return Found(before, after).Select(found => new DailyFigure
        {
            Id = DocumentId.New(context.Now),
            Day = day,
            Metric = found.Metric,
            Key = found.Key,
            Value = found.Value,
        });
    }

    private static IEnumerable<(string Metric, string Key, long Value)> Found(Lead? before, Lead after)
    {
        if (before is null)
        {
            yield return ("leads.created", after.Source, 1);
        }

        if (after.StageId is { } stageId && !LeadConsequences.Same(before?.StageId, stageId))
        {
            yield return ("stage.entered", stageId, 1);
        }

        if (after.Status == before?.Status || before?.Status is LeadStatus.Archived)
        {
            yield break;
        }

        switch (after.Status)
        {
            case LeadStatus.Won:
                yield return ("leads.won", after.AssignedTo ?? "", 1);
                yield return ("leads.wonValue", after.Currency, after.DealUnits ?? 0);
                break;
            case LeadStatus.Lost:
                yield return ("leads.lost", after.AssignedTo ?? "", 1);
                break;
        }
    }
}
