using System.Runtime.CompilerServices;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;
using Microsoft.Extensions.Options;

namespace Ecodrix.Engine.Retention;

/// <summary>Removes finished work when it has been over for as long as it is kept, and what belongs to it.</summary>
/// <remarks>
/// Ids are ordered by time, so what is younger is never looked at, and no index is needed for the rest. A round goes on where
/// the last one stopped; once a day it begins again, for what was waiting when it was passed. A crash loses a round's place at most:
/// what belongs to a piece of work goes before it, and each removal asks for the version that was judged.
/// </remarks>
internal sealed class OldWork(IServicesDatabase services, RunRemains remains, Leftovers leftovers, TimeProvider clock, IOptions<EngineOptions> options)
{
    /// <summary>How many are looked at between two pauses.</summary>
    internal const int AtOnce = 200;

    private static readonly TimeSpan Held = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan BetweenWholeWalks = TimeSpan.FromDays(1);

    private readonly IDocuments<WorkItem> work = services.Documents<WorkItem>();

    private readonly IDocuments<LeadWait> waits = services.Documents<LeadWait>();

    private readonly IDocuments<RetentionWalk> walks = services.Documents<RetentionWalk>();

    private readonly string self = Guid.NewGuid().ToString("n");

    /// <summary>One round, in small batches; the caller pauses between them.</summary>
    /// <returns>How many documents each batch removed. Nothing at all while another process walks.</returns>
    public async IAsyncEnumerable<int> RoundAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var until = clock.GetUtcNow() - options.Value.Retention;
        if (await BeginAsync(cancellationToken) is not { } walk)
        {
            yield break;
        }

        var isWhole = walk.IsWhole;
        var last = DocumentId.LowerBound(until);
        while (string.CompareOrdinal(walk.Reached, last) < 0)
        {
            var page = await PageAsync(walk.Reached, last, cancellationToken);
            var removed = await Task.WhenAll(page.Where(item => WorkAge.EndOf(item) <= until).Select(item => RemoveAsync(item, cancellationToken)));
            var reached = page.Count < AtOnce ? last : page[^1].Id;
            if (await AdvanceAsync(walk with { Reached = reached, HeldUntil = clock.GetUtcNow() + Held }, cancellationToken) is not { } next)
            {
                yield break;
            }

            walk = next;
            yield return removed.Count(done => done);
        }

        await foreach (var removed in leftovers.RemoveExpiredAsync(cancellationToken))
        {
            yield return removed;
        }

        if (isWhole)
        {
            await foreach (var removed in leftovers.RemoveAsync(until, cancellationToken))
            {
                yield return removed;
            }
        }

        await AdvanceAsync(walk with { Owner = null }, cancellationToken);
    }

    /// <returns>Null while another process walks.</returns>
    private async Task<RetentionWalk?> BeginAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var known = await walks.FindAsync(RetentionWalk.Only, cancellationToken);
        if (known is null)
        {
            var first = new RetentionWalk(RetentionWalk.Only, 1, self, now + Held, string.Empty, now);
            return await walks.TryAddAsync(first, cancellationToken) ? first : null;
        }

        // Where no other process is, an owner that is not this one is dead.
        var isTaken = known.Owner is { } owner && !string.Equals(owner, self, StringComparison.Ordinal) && known.HeldUntil > now && !options.Value.IsAlone;
        if (isTaken)
        {
            return null;
        }

        var taken = known with { Owner = self, HeldUntil = now + Held };
        return await AdvanceAsync(
            now - known.WholeSince >= BetweenWholeWalks ? taken with { Reached = string.Empty, WholeSince = now } : taken, cancellationToken);
    }

    private async Task<RetentionWalk?> AdvanceAsync(RetentionWalk walk, CancellationToken cancellationToken)
    {
        var next = walk with { Version = walk.Version + 1 };
        return await walks.TryReplaceAsync(next, cancellationToken) ? next : null;
    }

    // What waits is passed over by its column alone; its document is not even read.
    private Task<IReadOnlyList<WorkItem>> PageAsync(string after, string before, CancellationToken cancellationToken) =>
        work.QueryAsync(
            new DocumentQuery(
                new Condition.All(Condition.Gt("_id", after), Condition.Lt("_id", before), new Condition.Not(Condition.Exists("dueAt"))),
                AtOnce),
            cancellationToken);

    private async Task<bool> RemoveAsync(WorkItem item, CancellationToken cancellationToken)
    {
        await remains.LetGoAsync(item, cancellationToken);
        foreach (var wait in SignpostsOf(item))
        {
            await waits.DeleteAsync(wait, cancellationToken);
        }

        // Whoever asked for a repeat in this moment has moved the version.
        var judged = new Condition.All(Condition.Eq("_id", item.Id), Condition.Eq("version", item.Version));
        return await work.DeleteManyAsync(judged, 1, cancellationToken) == 1;
    }

    private static IEnumerable<string> SignpostsOf(WorkItem item) =>
        from run in (item.Event?.Runs ?? []).Index()
        from step in run.Item.Steps
        where step.Awaits is not null
        select WorkIds.Step(item.Id, run.Index, step.Index);
}
