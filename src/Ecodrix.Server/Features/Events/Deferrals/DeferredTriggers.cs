using System.Text.Json;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Features.Events.Triggers;
using Ecodrix.Server.Features.Leads;
using Ecodrix.Server.Features.Tenants;

namespace Ecodrix.Server.Features.Events.Deferrals;

/// <summary>Takes triggers in while their client's database is down (<c>15-semantics</c>, "Tenant database down").</summary>
/// <remarks>What comes when the database is back, and is about someone of whom deferred events still wait, waits behind them.</remarks>
internal sealed class DeferredTriggers(IEventIntake events, DeferralDoor waiting)
{
    /// <summary>Whether the trigger must wait for deferred ones of the same phone or email.</summary>
    public async ValueTask<bool> MustWaitAsync(TriggerCall call, CancellationToken cancellationToken)
    {
        var tenant = call.Caller.Tenant;
        if (!await waiting.MayWaitAsync(tenant, cancellationToken))
        {
            return false;
        }

        if (await events.HasDeferredAsync(tenant, KeyOf(call), cancellationToken))
        {
            return true;
        }

        if (!await events.HasDeferredAsync(tenant, key: null, cancellationToken))
        {
            await waiting.ForgetAsync(tenant, cancellationToken);
        }

        return false;
    }

    /// <returns>The event as it was stored.</returns>
    public async Task<WorkItem> TakeAsync(TriggerCall call, NewEvent trigger, CancellationToken cancellationToken)
    {
        var wanted = new WantedLead(call.Request.Who.LeadId, call.Request.CreateLeadIfMissing, call.Request.Lead.Json, Cause.Of(call.Caller).Actor);
        var deferral = new Deferral(KeyOf(call), JsonSerializer.SerializeToElement(wanted, EventsJson.Default.WantedLead));
        var accepted = await events.DeferAsync(trigger, deferral, cancellationToken);
        await waiting.NoteAsync(call.Caller.Tenant, cancellationToken);
        return accepted.Work;
    }

    private static string KeyOf(TriggerCall call) => call.Request.Who switch
    {
        { LeadId: { } lead } => $"lead:{lead}",
        { Phone: { } phone } => $"phone:{phone}",
        var who => $"email:{who.Email}",
    };
}

/// <summary>Whom a deferred trigger is about, beside its phone and email.</summary>
/// <param name="Makes">A lead is made when there is none.</param>
/// <param name="Fields">What a lead that is made begins with.</param>
/// <param name="Actor">Who fired it, for the lead's history.</param>
internal sealed record WantedLead(string? LeadId, bool Makes, JsonElement? Fields, string Actor);
