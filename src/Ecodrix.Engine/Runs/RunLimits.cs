using Ecodrix.Engine.Definitions;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Steps;
using Ecodrix.Storage;

namespace Ecodrix.Engine.Runs;

/// <summary>What a rule's limits say to a run that would start.</summary>
/// <param name="Reason">Why it does not; null when it does.</param>
/// <param name="Pending">Set when it has to wait for quiet first.</param>
internal sealed record Limited(string? Reason, PendingStart? Pending)
{
    public static readonly Limited Free = new(Reason: null, Pending: null);

    /// <summary>The claim that the run holds from its start; null when there is none.</summary>
    public string? Once { get; init; }
}

/// <summary>Keeps a rule to its limits: once for a key, and only the last of several events in quick succession.</summary>
/// <remarks>
/// Both rest on claims. A once claim is taken under the id of the run that will be; a claim whose run never came into being
/// is free. For quiet, the claim names the last run: each event takes it over, and a run that is due starts only by marking
/// the claim as started in one replacement. So of two that meet there one yields, and when the later event was never durable
/// the earlier one starts after all.
/// A claim with a window goes when that is over. One without lives as long as its rule: when its run is cleared away, it is
/// marked as kept, for from then on nothing else tells that the run has been.
/// </remarks>
internal sealed class RunLimits(IServicesDatabase services, WorkPatch patch, TimeProvider clock, ITenantClock clocks)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    /// <summary>A claim of quiet is needed until its run starts, which a pause may put off. One that is missed is made anew.</summary>
    private static readonly TimeSpan QuietKept = TimeSpan.FromDays(1);

    private readonly IDocuments<LimitClaim> claims = services.Documents<LimitClaim>();
    private readonly IDocuments<WorkItem> work = services.Documents<WorkItem>();

    // What took a claim before is dead: this process is alone on its files.
    private readonly DateTimeOffset began = clock.GetUtcNow();

    /// <summary>Says why a rule would not start now, and takes nothing.</summary>
    /// <returns>Null when it would.</returns>
    public async Task<string?> LookAsync(RuleDefinition rule, string tenant, EventState state, Subject subject, CancellationToken cancellationToken)
    {
        var (key, problem) = LimitKeys.Once(rule, tenant, state, subject, clocks.Now(tenant));
        return problem ?? (key is null ? null : await WhyHeldAsync(tenant, key, rule.Limits!.Within, runId: null, cancellationToken));
    }

    /// <summary>Takes what the run needs, before it is made under this id. Doing it again gives the same.</summary>
    public async Task<Limited> TakeAsync(RuleDefinition rule, WorkItem of, string runId, Subject subject, CancellationToken cancellationToken)
    {
        var limits = rule.Limits!;
        var (key, problem) = LimitKeys.Once(rule, of.Tenant, of.Event!, subject, clocks.Now(of.Tenant));
        if (problem is not null)
        {
            return new Limited(problem, null);
        }

        if (limits.Debounce is null || LimitKeys.Debounce(rule, of, key) is not { } claim)
        {
            return key is null ? Limited.Free : new Limited(await TakeOnceAsync(of.Tenant, key, limits.Within, runId, cancellationToken), null) { Once = key.Claim };
        }

        // The key itself is taken when the run starts: one that is replaced has not run.
        return key is not null && await WhyHeldAsync(of.Tenant, key, limits.Within, runId, cancellationToken) is { } reason
            ? new Limited(reason, null)
            : new Limited(null, new PendingStart(claim, key, await FollowAsync(of.Tenant, claim, runId, limits.Debounce.Value, cancellationToken)));
    }

    /// <summary>Ends the runs that those of this event have replaced. To be called when the event is durable; what a crash leaves out, the replaced run finds itself.</summary>
    public async Task EndReplacedAsync(WorkItem durable, CancellationToken cancellationToken)
    {
        foreach (var run in durable.Event!.Runs)
        {
            if (run.Pending?.Replaces is { } replaced)
            {
                await patch.AskAsync(durable.Tenant, WorkIds.EventOf(replaced), new Signal(SignalKind.Debounced, replaced), cancellationToken);
            }
        }
    }

    /// <summary>Decides about a run whose quiet time is over.</summary>
    /// <returns>The event with the run free to go, ended, or to be looked at again in a moment.</returns>
    public async Task<Func<WorkItem, WorkItem>> StartAsync(string tenant, Run run, TimeSpan? within, CancellationToken cancellationToken)
    {
        var pending = run.Pending!;
        while (true)
        {
            var claim = await claims.FindAsync(pending.Claim, cancellationToken);
            var holder = claim is null ? Holder.Gone : await HolderOfAsync(tenant, claim, cancellationToken);
            switch (Starts.Decide(run.Id, pending.Replaces, claim, holder))
            {
                case StartMove.End end:
                    return Ending(tenant, run.Id, end.Reason);
                case StartMove.LookAgain:
                    return ChangeOf(run.Id, one => Starts.Hold(one, pending, clocks.Now(tenant) + LookAgain));
                case StartMove.Go { Takes: true } when !await TryOwnAsync(claim, ClaimOf(tenant, pending.Claim, Starts.OwnerWhenStarted(run.Id), QuietKept), cancellationToken):
                    continue;
                default:
                    return pending.Once is { } key && await TakeOnceAsync(tenant, key, within, run.Id, cancellationToken) is { } reason
                        ? Ending(tenant, run.Id, reason)
                        : ChangeOf(run.Id, one => one with { Pending = null, Once = pending.Once?.Claim });
            }
        }
    }

    /// <returns>Null when the run has the key now; else why not.</returns>
    private async Task<string?> TakeOnceAsync(string tenant, OnceKey key, TimeSpan? within, string runId, CancellationToken cancellationToken)
    {
        while (true)
        {
            var held = await claims.FindAsync(key.Claim, cancellationToken);
            if (held is not null && IsOwn(held, runId))
            {
                return null;
            }

            if (held is not null && Starts.WhyNotAgain(key.Shown, held, await HolderOfAsync(tenant, held, cancellationToken), within, clocks.Now(tenant)) is { } reason)
            {
                return reason;
            }

            if (await TryOwnAsync(held, ClaimOf(tenant, key.Claim, runId, within), cancellationToken))
            {
                return null;
            }
        }
    }

    private async Task<string?> WhyHeldAsync(string tenant, OnceKey key, TimeSpan? within, string? runId, CancellationToken cancellationToken) =>
        await claims.FindAsync(key.Claim, cancellationToken) is { } held && !IsOwn(held, runId)
            ? Starts.WhyNotAgain(key.Shown, held, await HolderOfAsync(tenant, held, cancellationToken), within, clocks.Now(tenant))
            : null;

    /// <summary>Makes the run the last of those that wait for quiet.</summary>
    /// <returns>The one that was the last before and had not started; null when there was none.</returns>
    private async Task<string?> FollowAsync(string tenant, string claim, string runId, TimeSpan quiet, CancellationToken cancellationToken)
    {
        while (true)
        {
            var held = await claims.FindAsync(claim, cancellationToken);
            var (owner, hasStarted) = held is null ? (null, true) : Starts.OwnerOf(held);
            if (string.Equals(owner, runId, StringComparison.Ordinal))
            {
                return null;
            }

            if (await TryOwnAsync(held, ClaimOf(tenant, claim, runId, quiet + QuietKept), cancellationToken))
            {
                return hasStarted ? null : owner;
            }
        }
    }

    /// <summary>Has a claim outlive the run that holds it. To be called before the run is cleared away.</summary>
    public async Task KeepAsync(Run run, CancellationToken cancellationToken)
    {
        while (run.Once is { } id && await claims.FindAsync(id, cancellationToken) is { } held && IsOwn(held, run.Id))
        {
            if (await claims.TryReplaceAsync(held with { Version = held.Version + 1, Owner = Starts.OwnerWhenKept(run.Id) }, cancellationToken))
            {
                return;
            }
        }
    }

    private Task<bool> TryOwnAsync(LimitClaim? held, LimitClaim wanted, CancellationToken cancellationToken) => held is null
        ? claims.TryAddAsync(wanted, cancellationToken)
        : claims.TryReplaceAsync(wanted with { Version = held.Version + 1 }, cancellationToken);

    /// <param name="within">Null for as long as the rule lives.</param>
    private LimitClaim ClaimOf(string tenant, string id, string owner, TimeSpan? within)
    {
        var now = clocks.Now(tenant);
        return new LimitClaim(id, 1, owner, now) { ExpiresAt = now + within };
    }

    private async Task<Holder> HolderOfAsync(string tenant, LimitClaim claim, CancellationToken cancellationToken)
    {
        if (Starts.IsKept(claim))
        {
            return Holder.There;
        }

        var (runId, _) = Starts.OwnerOf(claim);
        var taken = claim.TakenAt - clocks.AheadOf(tenant);
        var owner = await work.FindAsync(WorkIds.EventOf(runId), cancellationToken);
        return owner?.Event?.Runs.Any(run => string.Equals(run.Id, runId, StringComparison.Ordinal)) is true ? Holder.There
            : taken >= began && clock.GetUtcNow() - taken < Claims.Grace ? Holder.Coming
            : Holder.Gone;
    }

    private static bool IsOwn(LimitClaim held, string? runId) => string.Equals(held.Owner, runId, StringComparison.Ordinal);

    private Func<WorkItem, WorkItem> Ending(string tenant, string runId, string reason) =>
        now => Find(now, runId) is { } run ? Starts.End(now, run, reason, clocks.Now(tenant)) : now;

    private static Func<WorkItem, WorkItem> ChangeOf(string runId, Func<Run, Run> change) =>
        now => Find(now, runId) is { } run ? EventMachine.WithRun(now, now.Event!.Runs.TakeWhile(one => !ReferenceEquals(one, run)).Count(), change(run)) : now;

    private static Run? Find(WorkItem present, string runId) =>
        present.Event!.Runs.FirstOrDefault(run => string.Equals(run.Id, runId, StringComparison.Ordinal) && !run.HasEnded());
}
