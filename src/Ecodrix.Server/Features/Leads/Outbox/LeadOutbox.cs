using Ecodrix.Server.Features.Events;
using Ecodrix.Server.Features.Leads.Consequences;
using Ecodrix.Server.Features.Timeline;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Leads;

/// <summary>Writes on what stands in a lead's outbox, each under its own id, and then takes it off the lead.</summary>
/// <remarks>A crash at any point leaves the entries on the lead; writing them on again adds nothing twice.</remarks>
/// <param name="triggers">Asked for only when there is something to fire: what accepts events itself reads leads.</param>
internal sealed class LeadOutbox(Func<ISystemTriggers> triggers)
{
    /// <returns>The lead as it stands afterwards; null when it is gone.</returns>
    public async Task<Lead?> RelayAsync(ITenantDatabase database, Lead lead, CancellationToken cancellationToken)
    {
        if (lead.Outbox.Count == 0)
        {
            return lead;
        }

        await Task.WhenAll(
            TimelineDoor.AddAsync(database, [.. Of(lead, entry => entry.Timeline)], cancellationToken),
            AddFiguresAsync(database, [.. Of(lead, entry => entry.Figure)], cancellationToken),
            WriteVisitsAsync(database, [.. Of(lead, entry => entry.Visit)], cancellationToken));

        // One after the other: events of one lead start in the order in which they are accepted.
        foreach (var trigger in Of(lead, entry => entry.Trigger))
        {
            await triggers().FireAsync(database, trigger, cancellationToken);
        }

        return await TakeOffAsync(database, lead, cancellationToken);
    }

    private static IEnumerable<T> Of<T>(Lead lead, Func<OutboxEntry, T?> part)
        where T : class => lead.Outbox.Select(part).OfType<T>();

    private static Task AddFiguresAsync(ITenantDatabase database, IReadOnlyList<DailyFigure> figures, CancellationToken cancellationToken) =>
        figures.Count == 0 ? Task.CompletedTask : database.Documents<DailyFigure>().AddManyAsync(figures, cancellationToken);

    private static async Task WriteVisitsAsync(ITenantDatabase database, IReadOnlyList<StageVisit> visits, CancellationToken cancellationToken)
    {
        var stored = database.Documents<StageVisit>();
        foreach (var visit in visits)
        {
            // A visit that has ended says everything that its beginning said, so it does not matter which comes first.
            if (await stored.TryAddAsync(visit, cancellationToken) || visit.LeftAt is null)
            {
                continue;
            }

            while (await stored.FindAsync(visit.Id, cancellationToken) is { LeftAt: null } begun
                && !await stored.TryReplaceAsync(visit with { Version = begun.Version + 1 }, cancellationToken))
            {
            }
        }
    }

    private static async Task<Lead?> TakeOffAsync(ITenantDatabase database, Lead relayed, CancellationToken cancellationToken)
    {
        var leads = database.Documents<Lead>();
        var done = relayed.Outbox.Select(entry => entry.Id).ToHashSet(StringComparer.Ordinal);
        var present = relayed;
        while (true)
        {
            List<OutboxEntry> left = [.. present.Outbox.Where(entry => !done.Contains(entry.Id))];
            if (left.Count == present.Outbox.Count)
            {
                return present;
            }

            var next = present with
            {
                Version = present.Version + 1,
                Outbox = left,
                OutboxSince = left.Count == 0 ? null : present.OutboxSince,
            };
            if (await leads.TryReplaceAsync(next, cancellationToken))
            {
                return next;
            }

            if (await leads.FindAsync(relayed.Id, cancellationToken) is not { } reread)
            {
                return null;
            }

            present = reread;
        }
    }
}
