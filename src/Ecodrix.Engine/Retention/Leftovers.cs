using System.Runtime.CompilerServices;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Engine.Retention;

/// <summary>Removes what a piece of work left behind that is gone: after a crash, or because it belonged to several.</summary>
internal sealed class Leftovers(IServicesDatabase services, OldClaims old, TimeProvider clock)
{
    private const int AtOnce = OldWork.AtOnce;

    private readonly IDocuments<WorkItem> work = services.Documents<WorkItem>();

    private readonly IDocuments<EventChain> chains = services.Documents<EventChain>();

    private readonly IDocuments<LeadWait> waits = services.Documents<LeadWait>();

    private readonly IDocuments<Claim> claims = services.Documents<Claim>();

    /// <summary>Claims of limits whose window is over.</summary>
    /// <returns>How many each batch removed.</returns>
    public IAsyncEnumerable<int> RemoveExpiredAsync(CancellationToken cancellationToken) => old.RemoveExpiredAsync(clock.GetUtcNow(), cancellationToken);

    /// <param name="until">Only what is older is looked at: what is younger may belong to work that is only being made.</param>
    /// <returns>How many each batch removed.</returns>
    public async IAsyncEnumerable<int> RemoveAsync(DateTimeOffset until, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var before = Condition.Lt("_id", DocumentId.LowerBound(until));
        await foreach (var removed in RemoveAsync(chains, string.Empty, before, chain => chain.Id, cancellationToken))
        {
            yield return removed;
        }

        await foreach (var removed in RemoveAsync(waits, string.Empty, before, wait => wait.WorkId, cancellationToken))
        {
            yield return removed;
        }

        await foreach (var removed in old.RemoveOrphansAsync(cancellationToken))
        {
            yield return removed;
        }

        var ofSequences = new Condition.All(Condition.Lt("_id", SequenceClaims.EndOfKeys), Condition.Lte("takenAt", Instants.Write(until)));
        await foreach (var removed in RemoveAsync(claims, SequenceClaims.StartOfKeys, ofSequences, claim => WorkIds.EventOf(claim.Owner), cancellationToken))
        {
            yield return removed;
        }
    }

    /// <param name="ownerOf">The id of the work without which a document is of no use.</param>
    private async IAsyncEnumerable<int> RemoveAsync<T>(
        IDocuments<T> documents, string from, Condition where, Func<T, string> ownerOf, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class, IDocument
    {
        IReadOnlyList<T> page;
        do
        {
            page = await documents.QueryAsync(new DocumentQuery(new Condition.All(Condition.Gt("_id", from), where), AtOnce), cancellationToken);
            var there = await ThereAsync(page.Select(ownerOf), cancellationToken);
            var removed = await Task.WhenAll(page.Where(one => !there.Contains(ownerOf(one))).Select(one => documents.DeleteManyAsync(
                new Condition.All(Condition.Eq("_id", one.Id), Condition.Eq("version", one.Version)), 1, cancellationToken)));
            from = page.Count > 0 ? page[^1].Id : from;
            yield return removed.Sum();
        }
        while (page.Count == AtOnce);
    }

    // By their keys alone: the documents themselves may be large.
    private async Task<HashSet<string>> ThereAsync(IEnumerable<string> ids, CancellationToken cancellationToken)
    {
        var rows = await work.GroupAsync(new Grouping(Condition.In("_id", ids.Distinct(StringComparer.Ordinal)), [new GroupKey.Field("_id")], []), cancellationToken);
        return rows.Select(row => row.Keys[0]!).ToHashSet(StringComparer.Ordinal);
    }
}
