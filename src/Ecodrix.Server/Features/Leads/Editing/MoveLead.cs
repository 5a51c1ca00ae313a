using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Features.Pipelines;
using Ecodrix.Server.Http;
using Ecodrix.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Leads;

/// <summary>Moves a lead to another stage of any pipeline.</summary>
internal sealed class MoveLead(LeadDoor leads, PipelineDoor pipelines, ITenantClock clocks)
{
    public sealed record Request(string StageId);

    public static Task<Results<Ok<LeadView>, Failure>> HandleAsync(
        Id id, Request request, Caller caller, MoveLead move, CancellationToken cancellationToken) =>
        move.MoveAsync(id, request, caller, cancellationToken);

    private async Task<Results<Ok<LeadView>, Failure>> MoveAsync(string id, Request request, Caller caller, CancellationToken cancellationToken)
    {
        if (!DocumentId.IsValid(request.StageId))
        {
            return new Failure(Errors.InvalidId, new ValidationErrors("stageId", "is not an id"));
        }

        var book = await pipelines.ReadAsync(caller.Database, cancellationToken);
        if (book.FindStage(request.StageId) is not { } place)
        {
            return new Failure(LeadErrors.UnknownStage);
        }

        var now = clocks.Now(caller.Tenant);
        return await leads.ChangeAsync(caller.Database, id, lead => lead.MoveTo(place, now), Cause.Of(caller), cancellationToken) is { } moved
            ? TypedResults.Ok(LeadView.Of(moved, book))
            : new Failure(LeadErrors.NotFound);
    }
}
