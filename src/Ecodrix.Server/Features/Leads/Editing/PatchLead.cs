using System.Text.Json;
using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Leads;

/// <summary>Changes named fields of a lead. Null clears one; an unknown one is refused.</summary>
internal sealed class PatchLead(LeadDoor leads, LeadEditing editing, ITenantClock clocks)
{
    public static async Task<Results<Ok<LeadView>, Failure>> HandleAsync(
        Id id, JsonElement fields, Caller caller, PatchLead patch, CancellationToken cancellationToken) =>
        await patch.ChangeAsync(id, fields, caller, cancellationToken);

    private async Task<Results<Ok<LeadView>, Failure>> ChangeAsync(string id, JsonElement fields, Caller caller, CancellationToken cancellationToken)
    {
        var reading = new FieldReading(caller.Client.Region, "api", clocks.Now(caller.Tenant));
        var read = LeadFields.Read(fields, reading);
        foreach (var name in read.Unknown)
        {
            reading.Refuse(name, WhyNot(name));
        }

        if (LeadRefusals.Of(reading) is { } refusal)
        {
            return refusal;
        }

        return await editing.EditAsync(caller.Database, id, read, Cause.Of(caller), cancellationToken) switch
        {
            EditOutcome.Done done => TypedResults.Ok(await leads.ViewAsync(caller.Database, done.Lead, cancellationToken)),
            EditOutcome.Duplicate duplicate => new Failure(LeadErrors.Duplicate(duplicate.HolderId)),
            EditOutcome.Nameless => new Failure(new ValidationErrors("phone", "and email cannot both be cleared")),
            _ => new Failure(LeadErrors.NotFound),
        };
    }

    private static string WhyNot(string name) => name switch
    {
        "stageId" or "pipelineId" or "stage" or "pipeline" => "is changed by PATCH /api/crm/leads/:id/move",
        "status" => "follows from the stage; move the lead to a won or lost one",
        "_id" or "fullName" or "createdAt" or "updatedAt" or "enteredStageAt" or "convertedAt" or "scoreDetails" => "cannot be changed",
        _ => "is not a field of a lead",
    };
}
