using System.Text.Json;
using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Features.Pipelines;
using Ecodrix.Server.Http;
using Ecodrix.Server.Http.Idempotency;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Leads;

/// <summary>Creates a lead, or merges into the one that there is.</summary>
internal sealed class CreateLead(LeadDoor leads, PipelineDoor pipelines, ITenantClock clocks)
{
    /// <param name="upsert">Merge into a lead that has this phone or address, rather than refuse.</param>
    public static Task<Results<Created<LeadView>, Ok<LeadView>, Failure>> HandleAsync(
        JsonElement fields, bool? upsert, IdempotentId id, Caller caller, CreateLead create, CancellationToken cancellationToken) =>
        create.CreateAsync(new Request(fields, upsert ?? false, id), caller, cancellationToken);

    private async Task<Results<Created<LeadView>, Ok<LeadView>, Failure>> CreateAsync(Request request, Caller caller, CancellationToken cancellationToken)
    {
        var reading = new FieldReading(caller.Client.Region, "api", clocks.Now(caller.Tenant));
        var patch = LeadFields.Read(request.Fields, reading, "stageId", "pipelineId");
        if (Refusal(patch, reading, request.Fields) is { } refusal)
        {
            return refusal;
        }

        var book = await pipelines.ReadAsync(caller.Database, cancellationToken);
        var place = PlaceIn(book, request.Fields, out var isKnown);
        if (!isKnown)
        {
            return new Failure(LeadErrors.UnknownStage);
        }

        var who = new LeadIdentity(null, patch.Phone, patch.Email);
        var seed = new NewLead(patch, place?.Stage.Id, request.Id);
        var found = request.Upsert
            ? await leads.FindOrMakeAsync(caller.Database, who, seed, Cause.Of(caller), cancellationToken)
            : await leads.MakeAsync(caller.Database, who, seed, Cause.Of(caller), cancellationToken);
        var lead = found!.Lead;

        // A repeat of a request whose answer was lost finds the lead under the id that was reserved with its key.
        // Without that, a lead under this request's id was made for it by another of the same moment, with the other's fields.
        if (found.WasMade || (request.Id.IsTakenOver && string.Equals(lead.Id, request.Id, StringComparison.Ordinal)))
        {
            return TypedResults.Created($"/api/crm/leads/{lead.Id}", await leads.ViewAsync(caller.Database, lead, cancellationToken));
        }

        if (!request.Upsert)
        {
            return new Failure(LeadErrors.Duplicate(lead.Id));
        }

        var merged = await leads.ChangeAsync(caller.Database, lead.Id, one => Merge(one, patch, place, reading.Now), Cause.Of(caller), cancellationToken);
        return TypedResults.Ok(await leads.ViewAsync(caller.Database, merged ?? lead, cancellationToken));
    }

    /// <summary>What was given counts; a phone stays, since it is what the lead was found by.</summary>
    private static Lead Merge(Lead lead, LeadPatch patch, Placement? place, DateTimeOffset now)
    {
        var merged = patch.Apply(lead) with { Phone = lead.Phone, Email = lead.Phone is null ? lead.Email : patch.Email ?? lead.Email };
        return place is null ? merged : merged.MoveTo(place, now);
    }

    private static Failure? Refusal(LeadPatch patch, FieldReading reading, JsonElement fields)
    {
        if (reading.Problems.Count == 0 && !HasText(fields, "firstName"))
        {
            reading.Refuse("firstName", "is required");
        }

        if (reading.Problems.Count == 0 && patch is { Phone: null, Email: null })
        {
            reading.Refuse("phone", "or email is required");
        }

        return LeadRefusals.Of(reading);
    }

    private static bool HasText(JsonElement fields, string name) =>
        fields.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String && !string.IsNullOrWhiteSpace(value.GetString());

    /// <returns>Null when no place was asked for.</returns>
    private static Placement? PlaceIn(PipelineBook book, JsonElement fields, out bool isKnown)
    {
        var stageId = TextOf(fields, "stageId");
        var pipeline = book.Find(TextOf(fields, "pipelineId"));
        isKnown = (stageId is null || book.FindStage(stageId) is not null) && (TextOf(fields, "pipelineId") is null || pipeline is not null);
        return stageId is not null ? book.FindStage(stageId)
            : pipeline is { FirstStage: { } first } ? new Placement(pipeline, first)
            : null;
    }

    private static string? TextOf(JsonElement fields, string name) =>
        fields.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null ? value.ToString() : null;

    private sealed record Request(JsonElement Fields, bool Upsert, IdempotentId Id);
}
