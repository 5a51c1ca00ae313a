using Ecodrix.Engine.Definitions;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Steps;
using Ecodrix.Storage;

namespace Ecodrix.Engine.Runs;

/// <summary>Accepts events: one durable write each, with the runs in it.</summary>
internal sealed class EventIntake(WorkQueue queue, EventStart start, RunLimits limits, ISubjects subjects, Deferrals deferrals, Observers observers, Settling settling, ITenantClock clocks) : IEventIntake
{
    public async Task<Accepted> AcceptAsync(NewEvent newEvent, CancellationToken cancellationToken)
    {
        var now = clocks.Now(newEvent.Database.Tenant);
        var subject = await SubjectAsync(newEvent, cancellationToken);
        var (work, rules) = await PrepareAsync(newEvent, subject, now, cancellationToken);
        work = work with { Untold = observers.MustHear(null, work) };
        if (work.Untold)
        {
            work = work with { DueAt = now };
        }

        var (stored, added) = await queue.AddAsync(work, Equip, cancellationToken);
        if (!added)
        {
            var present = await queue.Documents.FindAsync(work.Id, cancellationToken);
            return new Accepted(present ?? throw new InvalidOperationException("An event vanished while it was accepted again."), Added: false);
        }

        await limits.EndReplacedAsync(stored, cancellationToken);
        if (!work.Untold && !await observers.TellAsync(newEvent.Database, null, stored, cancellationToken))
        {
            await settling.MarkUntoldAsync(stored, cancellationToken);
        }

        return new Accepted(stored, Added: true);

        void Equip(HeldWork held)
        {
            held.Database = newEvent.Database;
            held.Subject = subject;
            foreach (var rule in rules)
            {
                held.Rules[(rule.Id, rule.Version)] = rule;
            }
        }
    }

    public async Task<Matching> MatchAsync(NewEvent newEvent, CancellationToken cancellationToken)
    {
        var subject = await SubjectAsync(newEvent, cancellationToken);
        return await start.ForeseeAsync(newEvent.Database, StateOf(newEvent), subject, cancellationToken);
    }

    public async Task<string?> WhyHeldBackAsync(NewEvent newEvent, RuleDefinition rule, CancellationToken cancellationToken)
    {
        var subject = await SubjectAsync(newEvent, cancellationToken);
        return await limits.LookAsync(rule, newEvent.Database.Tenant.Value, StateOf(newEvent), subject, cancellationToken);
    }

    public async Task<Accepted> DeferAsync(NewEvent newEvent, Deferral deferral, CancellationToken cancellationToken)
    {
        var now = clocks.Now(newEvent.Database.Tenant);
        var work = WorkOf(newEvent, now);
        work = work with
        {
            StateVersion = EventMachine.DeferredVersion,
            DueAt = now,
            Event = work.Event! with { Deferred = deferral, Status = work.RunAt > now ? EventStatus.Scheduled : EventStatus.Received },
        };

        // First the signpost: what comes after this one finds it from the moment it is accepted.
        await deferrals.AnnounceAsync(work, cancellationToken);
        var (stored, added) = await queue.AddAsync(work, equip: null, cancellationToken);
        return new Accepted(added ? stored : await queue.Documents.FindAsync(work.Id, cancellationToken) ?? stored, added);
    }

    public Task<bool> HasDeferredAsync(TenantId tenant, string? key, CancellationToken cancellationToken) => deferrals.AnyAsync(tenant, key, cancellationToken);

    private async Task<Started> PrepareAsync(NewEvent newEvent, Subject subject, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var work = WorkOf(newEvent, now);
        if (work.RunAt <= now)
        {
            var started = await start.StartAsync(work, newEvent.Database, subject, cancellationToken);
            return started with { Work = AtRest(started.Work, now) };
        }

        var matching = await start.MatchAsync(newEvent.Database, work.Event!, subject, cancellationToken);
        return new Started(work with { Event = work.Event! with { Status = EventStatus.Scheduled, RulesMatched = matching.Matched.Count } }, []);
    }

    /// <summary>An event that leaves nothing to do at once is concluded by the write that accepts it: no worker need look at it.</summary>
    private static WorkItem AtRest(WorkItem work, DateTimeOffset now)
    {
        if (work.Event!.Runs.Any(run => run.FinishedAt is not null) || EventMachine.Next(work, now) is not Move.Conclude)
        {
            return work;
        }

        var concluded = EventMachine.Conclude(work, now);
        return EventMachine.Next(concluded, now) is Move.Rest ? EventMachine.Rested(concluded, now) : work;
    }

    private ValueTask<Subject> SubjectAsync(NewEvent newEvent, CancellationToken cancellationToken) =>
        newEvent.Subject is { } given ? ValueTask.FromResult(given) : subjects.LoadAsync(newEvent.Database, newEvent.LeadId, cancellationToken);

    private static WorkItem WorkOf(NewEvent newEvent, DateTimeOffset now)
    {
        // A time in the past is now, and delays count from it.
        var runAt = newEvent.RunAt is { } asked && asked > now ? asked : now;
        var first = newEvent.Prelude?.Step.DueAt;
        return new WorkItem
        {
            Id = newEvent.Id,
            Tenant = newEvent.Database.Tenant.Value,
            Type = WorkItem.EventType,
            Lane = newEvent.Lane,
            LeadId = newEvent.LeadId,
            DueAt = first < runAt ? first : runAt,
            CreatedAt = now,
            RunAt = runAt,
            Traceparent = newEvent.Traceparent ?? System.Diagnostics.Activity.Current?.Id,
            Callback = newEvent.Callback,
            Event = StateOf(newEvent),
        };
    }

    private static EventState StateOf(NewEvent newEvent) => new()
    {
        Trigger = newEvent.Trigger,
        Phone = newEvent.Phone,
        Email = newEvent.Email,
        Variables = newEvent.Variables,
        Data = newEvent.Data,
        OnlyRuleId = newEvent.OnlyRuleId,
        Prelude = newEvent.Prelude,
        Lineage = newEvent.Lineage,
        ReplayOf = newEvent.ReplayOf,
        Idempotency = newEvent.Idempotency,
    };
}
