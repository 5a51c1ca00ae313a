using Ecodrix.Engine.Definitions;
using Ecodrix.Engine.Jobs;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Engine.Runs;

/// <summary>Puts up and takes down the marks by which events find the runs that they end.</summary>
internal sealed class CancelMarks(IServicesDatabase services, ITenantDatabases databases, IRuleBook rules)
{
    private readonly IDocuments<CancelMark> marks = services.Documents<CancelMark>();

    /// <summary>Puts the marks up, before the event with these runs is written. Doing it again changes nothing.</summary>
    public async Task PutUpAsync(WorkItem of, IEnumerable<(Run Run, RuleDefinition Rule)> started, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var (run, rule) in started.Where(one => one.Run.EndsOnEvents && !one.Run.HasEnded()))
        {
            if (of.LeadId is { } lead)
            {
                await marks.TryAddAsync(MarkOf(of, lead, run.Id, rule, now), cancellationToken);
            }
        }
    }

    /// <summary>Puts the marks of runs that are about to be retried up again, before they are: what comes from now on ends them.</summary>
    /// <param name="runId">Null for all.</param>
    public async Task PutUpAgainAsync(WorkItem of, string? runId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var again = (of.Event?.Runs ?? []).Where(run => run.EndsOnEvents && run.HasEnded() && (runId is null || string.Equals(run.Id, runId, StringComparison.Ordinal)));
        foreach (var run in again)
        {
            if (of.LeadId is { } lead && await FindRuleAsync(of, run, cancellationToken) is { } rule)
            {
                await PutAsync(MarkOf(of, lead, run.Id, rule, now), cancellationToken);
            }
        }
    }

    /// <summary>Takes down the mark of a run that has ended, unless it was put up again meanwhile.</summary>
    public Task TakeDownAsync(Run ended, CancellationToken cancellationToken) => marks.DeleteManyAsync(
        new Condition.All(Condition.Eq("_id", ended.Id), Condition.Lte("since", Instants.Write(ended.FinishedAt!.Value))), 1, cancellationToken);

    private async Task PutAsync(CancelMark mark, CancellationToken cancellationToken)
    {
        while (!await marks.TryAddAsync(mark, cancellationToken))
        {
            if (await marks.FindAsync(mark.Id, cancellationToken) is { } stands
                && await marks.TryReplaceAsync(mark with { Version = stands.Version + 1 }, cancellationToken))
            {
                return;
            }
        }
    }

    private async Task<RuleDefinition?> FindRuleAsync(WorkItem of, Run run, CancellationToken cancellationToken) =>
        await rules.FindAsync(await databases.OpenAsync(TenantId.Parse(of.Tenant), cancellationToken), run.RuleId, run.RuleVersion, cancellationToken);

    private static CancelMark MarkOf(WorkItem of, string lead, string runId, RuleDefinition rule, DateTimeOffset now) => new()
    {
        Id = runId,
        Tenant = of.Tenant,
        LeadId = lead,
        WorkId = of.Id,
        Triggers = [.. rule.CancelOn.Select(one => one.Trigger).Distinct(StringComparer.Ordinal)],
        Since = now,
    };
}
