using Ecodrix.Server.Features.Leads;
using Ecodrix.Server.Features.Traces.Masking;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Traces.Gathering;

/// <summary>Tells what happened with whatever a tenant's id names.</summary>
internal sealed class TraceBook(TraceSearch search, TraceSources sources, LeadDoor leads, TraceDoor traces)
{
    /// <param name="masked">Hides personal data.</param>
    /// <returns>Null when the tenant has nothing under that id, whoever else may.</returns>
    public async Task<TraceView?> ReadAsync(ITenantDatabase database, string id, bool masked, CancellationToken cancellationToken)
    {
        if (await search.FindAsync(database, id, cancellationToken) is not { } scope)
        {
            return null;
        }

        var budget = new TraceBudget();
        var found = await sources.CollectAsync(database, scope, budget, cancellationToken);
        if (scope.HasMore)
        {
            budget.Leave(FormattableString.Invariant($"Only the last {TraceLimits.Events} events and jobs of the lead are told: GET /api/saas/events/logs?leadId={id}."));
        }

        var entries = TraceStory.Of(scope, found, budget);
        var view = new TraceView
        {
            Id = id,
            Kind = scope.Kind,
            Title = TitleOf(scope),
            Mode = database.Tenant.Mode,
            LeadId = scope.LeadId,
            Summary = TraceSummary.Of(scope, entries),
            Tone = TraceSummary.ToneOf(entries, found.Waits),
            WaitsFor = found.Waits,
            Entries = entries,
            LeftOut = budget.LeftOut,
            TraceUrl = traces.UrlOf(database.Tenant.Value, id),
        };
        return masked ? MaskedTrace.Of(view, await PersonalAsync(database, scope, found, cancellationToken)) : view;
    }

    private static string TitleOf(TraceScope scope) => scope switch
    {
        { Kind: TraceSubject.Lead } => "A lead",
        { Works: [{ Event: { } state }] } when scope.Kind is TraceSubject.Event => state.Trigger,
        { Works: [{ Event: { } state }] } => $"A {scope.Kind.ToString().ToLowerInvariant()} of {state.Trigger}",
        _ => $"A {scope.Kind.ToString().ToLowerInvariant()}",
    };

    private async Task<Mask> PersonalAsync(ITenantDatabase database, TraceScope scope, TraceFindings found, CancellationToken cancellationToken)
    {
        var lead = scope.LeadId is { } leadId ? await leads.FindAsync(database, new LeadIdentity(leadId, null, null), cancellationToken) : null;
        return Mask.Of(PersonalValues.Of(scope.Works, found.Effects.Values, lead));
    }
}
