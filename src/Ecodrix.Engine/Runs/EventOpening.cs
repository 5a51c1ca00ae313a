using Ecodrix.Engine.Jobs;

namespace Ecodrix.Engine.Runs;

/// <summary>What comes before an event's first step: whom it is about, where that is not known yet, and which rules it starts.</summary>
internal sealed class EventOpening(EventStart start, Deferrals deferrals, RunLimits limits, ISubjects subjects, Settling settling)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    /// <summary>Finds out whom an event is about that came while its tenant's database was down.</summary>
    /// <returns>False when it was handed back: others of its key come first.</returns>
    public async Task<bool> AdmitAsync(HeldWork held, CancellationToken cancellationToken)
    {
        if (await deferrals.IsBehindAsync(held.Current, cancellationToken))
        {
            await settling.HandBackAsync(held, LookAgain);
            return false;
        }

        var outcome = await deferrals.AdmitAsync(held.Database!, held.Current, cancellationToken);
        held.Change(work => DeferralMachine.Admit(work, outcome, settling.NowOf(work)));
        if (held.Current is { LeadId: { } lead, Event.Status: EventStatus.Scheduled })
        {
            held.Subject = await subjects.LoadAsync(held.Database!, lead, cancellationToken);
            var matching = await start.MatchAsync(held.Database!, held.Current.Event, held.Subject, cancellationToken);
            held.Change(work => work with { Event = work.Event! with { RulesMatched = matching.Matched.Count } });
        }

        return true;
    }

    /// <summary>Chooses the rules and makes their runs durable.</summary>
    /// <returns>False when the work is no longer this worker's.</returns>
    public async Task<bool> MatchAsync(HeldWork held, CancellationToken cancellationToken)
    {
        held.Subject ??= await subjects.LoadAsync(held.Database!, held.Current.LeadId, cancellationToken);
        var (work, chosen) = await start.StartAsync(held.Current, held.Database!, held.Subject, cancellationToken);
        foreach (var rule in chosen)
        {
            held.Rules[(rule.Id, rule.Version)] = rule;
        }

        // Durable before the first step: chosen again after a crash, other rules might stand under the same ids.
        var write = await held.WriteAsync(
            now => now.Event!.Status is EventStatus.Cancelled ? null : now with { Event = work.Event },
            CancellationToken.None);
        if (write is HeldWrite.Written)
        {
            await limits.EndReplacedAsync(held.Current, cancellationToken);
        }

        return write is not HeldWrite.Lost;
    }

    /// <summary>To be called when an admitted event is durable: those behind it may go.</summary>
    public Task ForgetDeferralAsync(WorkItem admitted, CancellationToken cancellationToken) => deferrals.ForgetAsync(admitted.Id, cancellationToken);
}
