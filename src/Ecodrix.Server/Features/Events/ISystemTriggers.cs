using System.Text.Json.Nodes;
using Ecodrix.Engine.Runs;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Events;

/// <summary>Where what the system itself notices becomes an event like any other.</summary>
internal interface ISystemTriggers
{
    /// <summary>Makes the event durable. Firing the same id twice is firing it once.</summary>
    /// <exception cref="DatabaseUnavailableException">It was not fired; the caller keeps it and fires it again.</exception>
    Task FireAsync(ITenantDatabase database, SystemTrigger trigger, CancellationToken cancellationToken);
}

/// <summary>Something the system noticed about a lead.</summary>
/// <param name="Id">The event's id, made with the change that it tells of.</param>
/// <param name="Name">For example <c>stage_enter</c>.</param>
/// <param name="Content">What templates and conditions see as <c>data</c>.</param>
/// <param name="Lineage">Of the event to come: <see cref="Lineage.None"/>, or the next after the event whose run caused it.</param>
internal sealed record SystemTrigger(string Id, string Name, string LeadId, JsonObject Content, Lineage Lineage);
