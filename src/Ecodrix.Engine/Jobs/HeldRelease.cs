using System.Runtime.CompilerServices;
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
                waker.WakeAnyone();
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
        foreach (var (ruleId, step, place) in HeldSteps(work))
        {
            any = true;
            if (await holds.OfStepAsync(tenant, ruleId, step.Type, Owed.OfStep(work, place), cancellationToken) is null or { IsSkipped: true })
            {
                return false;
            }
        }

        if (work.Callback is { HeldFor: not null, Status: CallbackStatus.Pending } callback)
        {
            any = true;
            if (await holds.OfCallbackAsync(tenant, callback.Url, Owed.OfCallback(work), cancellationToken) is null or { IsSkipped: true })
            {
                return false;
            }
        }

        return work.HeldFor is null ? any : await holds.OfJobAsync(tenant, work.Type, Owed.OfJob(work), cancellationToken) is { IsSkipped: false };
    }

    /// <summary>What rests because something holds it, a slice at a time.</summary>
    /// <param name="tenant">Null for everybody's.</param>
    public async IAsyncEnumerable<HeldEffect> ListAsync(string? tenant, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? last = null;
        IReadOnlyList<ParkedWork> slice;
        do
        {
            slice = await SliceAsync(tenant, last, cancellationToken);
            foreach (var work in await documents.FindManyAsync([.. slice.Select(sign => sign.Id)], cancellationToken))
            {
                foreach (var effect in EffectsOf(work))
                {
                    yield return effect;
                }
            }

            last = slice.Count > 0 ? slice[^1].Id : null;
        }
        while (slice.Count == Slice);
    }

    private static IEnumerable<HeldEffect> EffectsOf(WorkItem work)
    {
        foreach (var (_, step, place) in HeldSteps(work))
        {
            yield return new HeldEffect(work.Tenant, HeldKind.Step, step.Type, step.HeldFor, Owed.OfStep(work, place));
        }

        if (work.Callback is { HeldFor: { } why, Status: CallbackStatus.Pending })
        {
            yield return new HeldEffect(work.Tenant, HeldKind.Callback, work.Type, why, Owed.OfCallback(work));
        }

        if (work.HeldFor is not null)
        {
            yield return new HeldEffect(work.Tenant, HeldKind.Job, work.Type, work.HeldFor, Owed.OfJob(work));
        }
    }

    private static IEnumerable<(string RuleId, Step Step, Place Place)> HeldSteps(WorkItem work)
    {
        if (work.Event?.Prelude is { Step: { HeldSince: not null } prelude })
        {
            yield return ("", prelude, new Place.Prelude());
        }

        foreach (var (number, run) in (work.Event?.Runs ?? []).Index())
        {
            if (run.Current() is { HeldSince: not null } step)
            {
                yield return (run.RuleId, step, new Place.InRun(number, step.Index));
            }
        }
    }
}
