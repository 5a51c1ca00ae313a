using System.Text.Json;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Features.Automations;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Events;

/// <summary>Where what the system itself notices becomes an event like any other.</summary>
/// <remarks>It becomes one only when some active rule has that trigger or some wait awaits it: all else would be noise in the log.</remarks>
internal sealed class EventDoor(IEventIntake events, RuleDoor rules) : ISystemTriggers
{
    public Task FireAsync(ITenantDatabase database, SystemTrigger trigger, CancellationToken cancellationToken) =>
        FireAsync(
            new NewEvent
            {
                Id = trigger.Id,
                Database = database,
                Trigger = trigger.Name,
                LeadId = trigger.LeadId,
                Data = JsonSerializer.SerializeToElement(trigger.Content, EventsJson.Default.JsonObject),
                Lineage = trigger.Lineage,
            },
            cancellationToken);

    /// <summary>As <see cref="FireAsync(ITenantDatabase, SystemTrigger, CancellationToken)"/>, for what may be about nobody.</summary>
    public async Task FireAsync(NewEvent noticed, CancellationToken cancellationToken)
    {
        if (await rules.IsHeardAsync(noticed.Database, noticed.Trigger, cancellationToken))
        {
            await events.AcceptAsync(noticed, cancellationToken);
        }
    }

    /// <summary>Starts one rule for a lead, whatever its trigger and condition.</summary>
    public Task<Accepted> StartAsync(NewEvent enrollment, CancellationToken cancellationToken) => events.AcceptAsync(enrollment, cancellationToken);
}
