using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Leads;

/// <summary>Reads one lead.</summary>
internal static class GetLead
{
    public static async Task<Results<Ok<LeadView>, Failure>> HandleAsync(Id id, Caller caller, LeadDoor leads, CancellationToken cancellationToken) =>
        await leads.FindAsync(caller.Database, LeadIdentity.Of(id), cancellationToken) is { } lead
            ? TypedResults.Ok(await leads.ViewAsync(caller.Database, lead, cancellationToken))
            : new Failure(LeadErrors.NotFound);
}
