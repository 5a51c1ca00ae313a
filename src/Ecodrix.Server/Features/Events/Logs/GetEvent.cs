using Ecodrix.Server.Features.Jobs;
using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Events.Logs;

/// <summary>Reads an event with its runs and its callback.</summary>
internal static class GetEvent
{
    public static async Task<Results<Ok<EventDetailView>, Failure>> HandleAsync(Id logId, Caller caller, JobDoor jobs, CancellationToken cancellationToken) =>
        await jobs.FindAsync(caller.Tenant, logId, cancellationToken) is { Event: not null } work
            ? TypedResults.Ok(EventDetailView.DetailOf(work))
            : new Failure(EventErrors.NotFound);
}
