using System.Text.Json;
using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Features.Jobs;
using Ecodrix.Server.Features.Traces;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Callbacks;

/// <summary>A tenant's callbacks: an event's own, and those that callback actions send.</summary>
internal sealed class CallbackDoor(JobDoor jobs, TraceDoor traces)
{
    /// <returns>The work that carries the callback; null when the tenant has no such callback.</returns>
    public async Task<WorkItem?> FindAsync(TenantId tenant, string callbackId, CancellationToken cancellationToken)
    {
        // A callback action's job has the callback's own id; an event's callback is a child of the event's.
        var work = await jobs.FindAsync(tenant, callbackId, cancellationToken)
            ?? await jobs.FindAsync(tenant, WorkIds.EventOf(callbackId), cancellationToken);

        return string.Equals(work?.Callback?.Id, callbackId, StringComparison.Ordinal) ? work : null;
    }

    /// <returns>Null when the work has no callback.</returns>
    public CallbackDetailView? FindIn(WorkItem work) => work.Callback is null ? null : DetailOf(work);

    /// <summary>A callback as its tenant sees it, with the link to what happened.</summary>
    /// <param name="work">Work that has a callback.</param>
    public CallbackView ViewOf(WorkItem work) => ViewOf(work, traces);

    /// <summary>The same with every attempt.</summary>
    public CallbackDetailView DetailOf(WorkItem work) => CallbackDetailView.DetailOf(work) with { TraceUrl = LinkOf(work) };

    /// <summary>The same for who cannot have this door, because the work's own writes call it.</summary>
    /// <param name="work">Work that has a callback.</param>
    public static CallbackView ViewOf(WorkItem work, TraceDoor traces) => CallbackView.Of(work) with { TraceUrl = traces.UrlOf(work.Tenant, work.Callback!.Id) };

    /// <summary>What the event's own callback would say at this moment.</summary>
    public static string Report(WorkItem work, DateTimeOffset now) => CallbackBody.Report(work, now);

    /// <summary>A payload as it goes over the wire.</summary>
    /// <returns>Null with the reason when JavaScript would not give it back as it is.</returns>
    public static (string? Body, string? Problem) BodyOf(JsonElement payload) => CallbackBody.OfPayload(payload);

    private string? LinkOf(WorkItem work) => traces.UrlOf(work.Tenant, work.Callback!.Id);
}
