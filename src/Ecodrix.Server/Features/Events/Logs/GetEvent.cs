using Ecodrix.Server.Features.Callbacks;
using Ecodrix.Server.Features.Jobs;
using Ecodrix.Server.Features.Runs;
using Ecodrix.Server.Features.Traces;
using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Events.Logs;

/// <summary>Reads an event with its runs and its callback.</summary>
internal static class GetEvent
{
    /// <summary>What the route is made of.</summary>
    internal readonly record struct Parts(JobDoor Jobs, RunDoor Runs, CallbackDoor Callbacks, TraceDoor Traces);

    public static async Task<Results<Ok<EventDetailView>, Failure>> HandleAsync(
        Id logId, Caller caller, [AsParameters] Parts parts, CancellationToken cancellationToken) =>
        await parts.Jobs.FindAsync(caller.Tenant, logId, cancellationToken) is { Event: not null } work
            ? TypedResults.Ok(EventDetailView.DetailOf(work, parts.Runs, parts.Callbacks) with { TraceUrl = parts.Traces.UrlOf(work.Tenant, work.Id) })
            : new Failure(EventErrors.NotFound);
}
