using Ecodrix.Engine.Jobs;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Engine.Runs;

/// <summary>A lead is in a sequence at most once at a time.</summary>
internal sealed class SequenceClaims(IServicesDatabase services, TimeProvider clock)
{
    /// <summary>All keys lie between these two.</summary>
    public const string StartOfKeys = "sequence|";

    /// <summary>All keys lie between these two.</summary>
    public const string EndOfKeys = "sequence}";

    private readonly Claims claims = new(services, clock);
    private readonly IDocuments<Claim> documents = services.Documents<Claim>();
    private readonly IDocuments<WorkItem> work = services.Documents<WorkItem>();

    /// <summary>Taken before the run is made, under the id that it will have.</summary>
    public async Task<bool> TryTakeAsync(string tenant, string ruleId, string leadId, string runId, CancellationToken cancellationToken)
    {
        var key = Key(tenant, ruleId, leadId);
        while (true)
        {
            var holder = await claims.TakeAsync(key, runId, owner => HoldsAsync(owner, cancellationToken), cancellationToken);
            if (string.Equals(holder, runId, StringComparison.Ordinal))
            {
                return true;
            }

            // Only one whose event is not there yet has the claim's grace; one that has ended has none, unless it is about to go on.
            if (await FindAsync(holder, cancellationToken) is not { } run || !run.HasEnded()
                || (await ReleaseAsync(key, run, cancellationToken) is 0 && await IsHeldAsync(key, holder, cancellationToken)))
            {
                return false;
            }
        }
    }

    /// <summary>For a run that has ended and is about to go on. From then on its earlier end gives nothing back.</summary>
    /// <returns>False when the lead is in the sequence by another run.</returns>
    public async Task<bool> TryTakeAgainAsync(string tenant, string leadId, Run ended, CancellationToken cancellationToken)
    {
        var key = Key(tenant, ended.RuleId, leadId);
        while (await TryTakeAsync(tenant, ended.RuleId, leadId, ended.Id, cancellationToken))
        {
            var taken = await documents.FindAsync(key, cancellationToken);
            if (string.Equals(taken?.Owner, ended.Id, StringComparison.Ordinal)
                && await documents.TryReplaceAsync(taken! with { Version = taken.Version + 1, TakenAt = After(ended) }, cancellationToken))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>For a run that will not be made after all, or is being removed.</summary>
    public Task GiveUpAsync(string tenant, string ruleId, string leadId, string runId, CancellationToken cancellationToken) =>
        documents.DeleteManyAsync(Held(Key(tenant, ruleId, leadId), runId), 1, cancellationToken);

    public async Task ReleaseEndedAsync(WorkItem before, WorkItem after, CancellationToken cancellationToken)
    {
        if (after is not { Event: { } state, LeadId: { } leadId })
        {
            return;
        }

        foreach (var run in state.Runs.Where(run => run.IsSequence && run.HasEnded()))
        {
            var was = before.Event?.Runs.FirstOrDefault(other => string.Equals(other.Id, run.Id, StringComparison.Ordinal));
            if (was is null || !was.HasEnded())
            {
                await ReleaseAsync(Key(after.Tenant, run.RuleId, leadId), run, cancellationToken);
            }
        }
    }

    private async Task<bool> HoldsAsync(string runId, CancellationToken cancellationToken) =>
        await FindAsync(runId, cancellationToken) is { } run && !run.HasEnded();

    private async Task<bool> IsHeldAsync(string key, string owner, CancellationToken cancellationToken) =>
        string.Equals(await claims.HolderAsync(key, cancellationToken), owner, StringComparison.Ordinal);

    private async Task<Run?> FindAsync(string runId, CancellationToken cancellationToken) =>
        (await work.FindAsync(WorkIds.EventOf(runId), cancellationToken))?.Event?.Runs.FirstOrDefault(run => string.Equals(run.Id, runId, StringComparison.Ordinal));

    // In one write: between a look and a delete another could have taken it, or the same run again.
    private Task<int> ReleaseAsync(string key, Run ended, CancellationToken cancellationToken) =>
        documents.DeleteManyAsync(new Condition.All(Held(key, ended.Id), Condition.Lte("takenAt", Instants.Write(ended.FinishedAt!.Value))), 1, cancellationToken);

    // The clock that ended it may be ahead of this one.
    private DateTimeOffset After(Run ended)
    {
        var (now, end) = (clock.GetUtcNow(), ended.FinishedAt!.Value.AddMilliseconds(1));
        return now > end ? now : end;
    }

    private static Condition.All Held(string key, string owner) => new(Condition.Eq("_id", key), Condition.Eq("owner", owner));

    private static string Key(string tenant, string ruleId, string leadId) => $"{StartOfKeys}{tenant}|{ruleId}|{leadId}";
}
