using Ecodrix.Server.Features.Leads.Consequences;
using Ecodrix.Server.Features.Leads.Live;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Leads;

/// <summary>The only two ways in which a lead is stored: added, and replaced by a change of what was read. Both carry the consequences.</summary>
internal sealed partial class LeadWriter(
    LeadSettings settings, LeadOutbox outbox, OutboxMarks marks, LeadNews news, ILogger<LeadWriter> logger)
{
    /// <returns>Null when the id is taken; nothing was written.</returns>
    public async Task<Lead?> TryAddAsync(ITenantDatabase database, Lead lead, ChangeContext context, CancellationToken cancellationToken)
    {
        var stored = LeadConsequences.Commit(null, lead, context);
        using var stay = await marks.EnterAsync(database.Tenant);
        if (!await database.Documents<Lead>().TryAddAsync(stored, cancellationToken))
        {
            return null;
        }

        news.Tell(database.Tenant, null, stored, context.Book);
        return await RelayAsync(database, stored, stay);
    }

    /// <summary>Reads, changes, replaces when unchanged, and begins again when somebody was faster.</summary>
    /// <returns>The lead as it stands then; null when there is none.</returns>
    public async Task<Lead?> ChangeAsync(
        ITenantDatabase database, string leadId, Func<Lead, Lead> change, Cause cause, CancellationToken cancellationToken) =>
        await database.Documents<Lead>().FindAsync(leadId, cancellationToken) is { } present ? await ChangeAsync(database, present, change, cause, cancellationToken) : null;

    /// <inheritdoc cref="ChangeAsync(ITenantDatabase, string, Func{Lead, Lead}, Cause, CancellationToken)"/>
    /// <param name="present">The lead as it was read a moment ago.</param>
    public async Task<Lead?> ChangeAsync(
        ITenantDatabase database, Lead present, Func<Lead, Lead> change, Cause cause, CancellationToken cancellationToken)
    {
        var leads = database.Documents<Lead>();
        ChangeContext? context = null;
        for (var before = present; before is not null; before = await leads.FindAsync(present.Id, cancellationToken))
        {
            var after = IsApplied(before, cause) ? before : change(before);
            if (ReferenceEquals(before, after))
            {
                return before;
            }

            context ??= new ChangeContext(cause, await settings.ReadAsync(database, cancellationToken));
            var stored = LeadConsequences.Commit(before, after, context);
            using var stay = await marks.EnterAsync(database.Tenant);
            if (await leads.TryReplaceAsync(stored, cancellationToken))
            {
                news.Tell(database.Tenant, before, stored, context.Book);
                return await RelayAsync(database, stored, stay);
            }
        }

        return null;
    }

    private static bool IsApplied(Lead lead, Cause cause) =>
        cause.StepKey is not null && lead.Applied.Contains(cause.StepKey, StringComparer.Ordinal);

    private async Task<Lead> RelayAsync(ITenantDatabase database, Lead stored, OutboxMarks.Stay stay)
    {
        try
        {
            // Not the request's token: the change is durable, and who asked for it may be gone.
            return await outbox.RelayAsync(database, stored, CancellationToken.None) ?? stored;
        }
        catch (Exception failure)
        {
            // The change stands. What follows from it is on the lead and recovery writes it on.
            LogLeft(database.Tenant.Value, stored.Id, failure);
            stay.LeaveUnsettled();
            return stored;
        }
    }

    [LoggerMessage(LogLevel.Warning, "What follows from a change of lead {LeadId} of {Tenant} could not be written on and is left to recovery.")]
    private partial void LogLeft(string tenant, string leadId, Exception failure);
}
