using Ecodrix.Server.Features.Pipelines;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Leads.Consequences;

/// <summary>Finds what follows from a change by comparing the lead before and after it; so no change can forget its consequences.</summary>
/// <remarks>A lead that is made is compared with nothing: it enters its first stage and gains its first tags.</remarks>
internal static class LeadConsequences
{
    /// <returns>The lead as it is to be stored: its consequences in the outbox, the step's key among the applied, the times set.</returns>
    public static Lead Commit(Lead? before, Lead after, ChangeContext context)
    {
        var entersStage = after.StageId is not null && !Same(before?.StageId, after.StageId);
        var stored = after with
        {
            Version = (before?.Version ?? 0) + 1,
            UpdatedAt = context.Now,
            VisitId = entersStage ? DocumentId.New(context.Now) : after.VisitId,
            Applied = WithStep(after.Applied, context.Cause.StepKey),
        };

        List<OutboxEntry> entries =
        [
            .. Entries(ChangeStories.Of(before, stored, context), story => new OutboxEntry { Id = story.Id, Timeline = story }),
            .. Entries(VisitsOf(before, stored, context), visit => new OutboxEntry { Id = DocumentId.New(context.Now), Visit = visit }),
            .. Entries(ChangeFigures.Of(before, stored, context), figure => new OutboxEntry { Id = figure.Id, Figure = figure }),
            .. Entries(ChangeTriggers.Of(before, stored, context), trigger => new OutboxEntry { Id = trigger.Id, Trigger = trigger }),
        ];

        return entries.Count == 0
            ? stored
            : stored with { Outbox = [.. stored.Outbox, .. entries], OutboxSince = stored.OutboxSince ?? context.Now };
    }

    public static bool Same(string? left, string? right) => string.Equals(left, right, StringComparison.Ordinal);

    private static IEnumerable<OutboxEntry> Entries<T>(IEnumerable<T> all, Func<T, OutboxEntry> entry) => all.Select(entry);

    private static IEnumerable<StageVisit> VisitsOf(Lead? before, Lead after, ChangeContext context)
    {
        if (Same(before?.StageId, after.StageId))
        {
            yield break;
        }

        if (before is { StageId: { } left, VisitId: { } visitId })
        {
            yield return new StageVisit
            {
                Id = visitId,
                LeadId = after.Id,
                StageId = left,
                EnteredAt = before.EnteredStageAt ?? before.CreatedAt,
                LeftAt = context.Now,
                Value = before.DealUnits,
            };
        }

        if (after is { StageId: { } entered, VisitId: { } newVisitId })
        {
            yield return new StageVisit { Id = newVisitId, LeadId = after.Id, StageId = entered, EnteredAt = context.Now, Value = after.DealUnits };
        }
    }

    private static IReadOnlyList<string> WithStep(IReadOnlyList<string> applied, string? step) =>
        step is null ? applied : [.. applied.TakeLast(ChangeContext.StepsRemembered - 1), step];
}

/// <summary>All that the consequences of a change depend on beside the lead itself.</summary>
internal sealed record ChangeContext(Cause Cause, LeadSetting Setting)
{
    /// <summary>A step is repeated only right after the crash of its worker; long before so many others changed the lead.</summary>
    public const int StepsRemembered = 256;

    public PipelineBook Book => Setting.Book;

    public DateTimeOffset Now => Setting.Now;

    /// <summary>The tenant's, for its calendar days.</summary>
    public TimeZoneInfo Zone => Setting.Client.Zone;
}
