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

            // Only one whose event is not there yet has the claim's grace; one that has ended has none.
            if (await EndOfAsync(holder, cancellationToken) is not true)
            {
                return false;
            }

            await ReleaseAsync(key, holder, cancellationToken);
        }
    }

    /// <summary>For a run that will not be made after all.</summary>
    public Task GiveUpAsync(string tenant, string ruleId, string leadId, string runId, CancellationToken cancellationToken) =>
        ReleaseAsync(Key(tenant, ruleId, leadId), runId, cancellationToken);

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
                await ReleaseAsync(after.Tenant, run.RuleId, leadId, run.Id, cancellationToken);
            }
        }
    }

    /// <summary>Gives up what a run holds; nothing when it holds it no more.</summary>
    public Task ReleaseAsync(string tenant, string ruleId, string leadId, string runId, CancellationToken cancellationToken) =>
        ReleaseAsync(Key(tenant, ruleId, leadId), runId, cancellationToken);

    private async Task<bool> HoldsAsync(string runId, CancellationToken cancellationToken) =>
        await EndOfAsync(runId, cancellationToken) is false;

    // Null when there is no such run.
    private async Task<bool?> EndOfAsync(string runId, CancellationToken cancellationToken)
    {
        var owner = await work.FindAsync(WorkIds.EventOf(runId), cancellationToken);
        return owner?.Event?.Runs.FirstOrDefault(run => string.Equals(run.Id, runId, StringComparison.Ordinal))?.HasEnded();
    }

    // In one write: between a look and a delete another could have taken it.
    private Task<int> ReleaseAsync(string key, string owner, CancellationToken cancellationToken) =>
        documents.DeleteManyAsync(new Condition.All(Condition.Eq("_id", key), Condition.Eq("owner", owner)), 1, cancellationToken);

    private static string Key(string tenant, string ruleId, string leadId) => $"{StartOfKeys}{tenant}|{ruleId}|{leadId}";
}
