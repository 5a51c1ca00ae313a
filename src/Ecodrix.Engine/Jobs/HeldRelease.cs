using Ecodrix.Engine.Runs;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Engine.Jobs;

/// <summary>Finds what rests although nothing holds it any more, and has it go on.</summary>
/// <remarks>Done twice it is done once. A crash in between leaves signposts that the next walk follows, and under them the slow net of <see cref="Parking"/>.</remarks>
internal sealed class HeldRelease(IServicesDatabase services, IHolds holds, WorkPatch patch, Waker waker)
{
    private const int Slice = 200;

    private readonly IDocuments<ParkedWork> parked = services.Documents<ParkedWork>();
    private readonly IDocuments<WorkItem> documents = services.Documents<WorkItem>();

    /// <param name="tenant">Null for everybody's.</param>
    /// <returns>How many items go on.</returns>
    public async Task<int> ReleaseAsync(string? tenant, CancellationToken cancellationToken)
    {
        var released = 0;
        string? last = null;
        while (true)
        {
            var slice = await SliceAsync(tenant, last, cancellationToken);
            var work = (await documents.FindManyAsync([.. slice.Select(sign => sign.Id)], cancellationToken)).ToDictionary(item => item.Id, StringComparer.Ordinal);
            var outcomes = await Task.WhenAll(slice.Select(sign => FollowAsync(sign, work.GetValueOrDefault(sign.Id), cancellationToken)));
            released += outcomes.Count(done => done);
            if (slice.Count < Slice)
            {
                // A whole tenant that was held has no signposts: what is due of it is seen by a look.
                waker.Wake();
                return released;
            }

            last = slice[^1].Id;
        }
    }

    private Task<IReadOnlyList<ParkedWork>> SliceAsync(string? tenant, string? last, CancellationToken cancellationToken)
    {
        List<Condition> where = [Condition.Gt("_id", last ?? "")];
        if (tenant is not null)
        {
            where.Add(Condition.Eq("tenant", tenant));
        }

        return parked.QueryAsync(new DocumentQuery(new Condition.All([.. where]), Slice), cancellationToken);
    }

    private async Task<bool> FollowAsync(ParkedWork sign, WorkItem? work, CancellationToken cancellationToken)
    {
        if (work is { Lease: null } && await IsStillHeldAsync(work, cancellationToken))
        {
            return false;
        }

        // The signpost goes first: whoever is held again meanwhile puts up a new one, which must stay.
        await parked.DeleteAsync(sign.Id, cancellationToken);
        return work is not null && await patch.AskAsync(sign.Tenant, sign.Id, new Signal(SignalKind.Release), cancellationToken) is not null;
    }

    /// <returns>False also when there is nothing that was held.</returns>
    private async ValueTask<bool> IsStillHeldAsync(WorkItem work, CancellationToken cancellationToken)
    {
        var tenant = TenantId.Parse(work.Tenant);
        var any = false;
        foreach (var (ruleId, step) in HeldSteps(work))
        {
            any = true;
            if (await holds.OfStepAsync(tenant, ruleId, step.Type, cancellationToken) is null)
            {
                return false;
            }
        }

        if (work.Callback is { HeldFor: not null, Status: CallbackStatus.Pending } callback)
        {
            any = true;
            if (await holds.OfCallbackAsync(tenant, callback.Url, cancellationToken) is null)
            {
                return false;
            }
        }

        return work.HeldFor is null ? any : await holds.OfJobAsync(tenant, work.Type, cancellationToken) is not null;
    }

    private static IEnumerable<(string RuleId, Step Step)> HeldSteps(WorkItem work)
    {
        if (work.Event?.Prelude is { Step: { HeldSince: not null } prelude })
        {
            yield return ("", prelude);
        }

        foreach (var run in work.Event?.Runs ?? [])
        {
            if (run.Current() is { HeldSince: not null } step)
            {
                yield return (run.RuleId, step);
            }
        }
    }
}
