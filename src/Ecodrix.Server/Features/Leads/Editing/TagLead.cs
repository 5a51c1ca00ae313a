using System.Text.Json;
using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Leads;

/// <summary>Adds and removes tags; calls at the same time lose none of each other's.</summary>
internal sealed class TagLead(LeadDoor leads, ITenantClock clocks)
{
    public sealed record Request(JsonElement? Add, JsonElement? Remove);

    public static Task<Results<Ok<LeadView>, Failure>> HandleAsync(
        Id id, Request request, Caller caller, TagLead tag, CancellationToken cancellationToken) =>
        tag.TagAsync(id, request, caller, cancellationToken);

    private async Task<Results<Ok<LeadView>, Failure>> TagAsync(string id, Request request, Caller caller, CancellationToken cancellationToken)
    {
        var reading = new FieldReading(caller.Client.Region, "api", clocks.Now(caller.Tenant));
        var add = TagsOf(request.Add, "add", reading);
        var remove = TagsOf(request.Remove, "remove", reading);
        if (LeadRefusals.Of(reading) is { } refusal)
        {
            return refusal;
        }

        var isFull = false;
        var tagged = await leads.ChangeAsync(caller.Database, id, Tag, Cause.Of(caller), cancellationToken);
        return tagged is null ? new Failure(LeadErrors.NotFound)
            : isFull ? new Failure(new ValidationErrors("add", "would give the lead more than 100 tags"))
            : TypedResults.Ok(await leads.ViewAsync(caller.Database, tagged, cancellationToken));

        Lead Tag(Lead lead)
        {
            var result = lead.Tag(add, remove);
            isFull = result.Tags.Count > LeadChanges.MostTags;
            return isFull ? lead : result;
        }
    }

    private static IReadOnlyList<string> TagsOf(JsonElement? tags, string name, FieldReading reading) =>
        tags is null or { ValueKind: JsonValueKind.Null } ? [] : FieldReaders.TagList(tags.Value, name, reading) ?? [];
}
