using System.Text.Json;
using System.Text.Json.Nodes;
using Ecodrix.Server.Features.Pipelines;
using Ecodrix.Server.Features.Realtime;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Leads.Live;

/// <summary>Tells dashboards of leads, once what happened to them is stored.</summary>
internal sealed class LeadNews(RealtimeDoor realtime)
{
    /// <summary>It follows from every other change and says nothing of its own.</summary>
    private const string UpdatedAt = "updatedAt";

    /// <param name="before">Null when the lead was made.</param>
    public void Tell(TenantId tenant, Lead? before, Lead after, PipelineBook book)
    {
        if (!realtime.IsWatched(tenant))
        {
            return;
        }

        var view = ViewOf(after, book);
        if (before is null)
        {
            realtime.Publish(tenant, RealtimeEvent.LeadCreated(after.Id, view));
        }
        else if (Changes(ViewOf(before, book), view) is { Count: > 0 } changes)
        {
            realtime.Publish(tenant, RealtimeEvent.LeadUpdated(after.Id, view, changes));
        }
    }

    /// <summary>What a reader of the lead sees differently now, by field: <c>{from, to}</c>.</summary>
    /// <param name="before">Of the same form as <paramref name="after"/>.</param>
    internal static JsonObject Changes(JsonElement before, JsonElement after)
    {
        var changes = new JsonObject();
        foreach (var field in after.EnumerateObject().Where(field => field.Name is not UpdatedAt))
        {
            var was = before.GetProperty(field.Name);
            if (!JsonElement.DeepEquals(was, field.Value))
            {
                changes[field.Name] = new JsonObject { ["from"] = NodeOf(was), ["to"] = NodeOf(field.Value) };
            }
        }

        return changes;
    }

    private static JsonNode? NodeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => JsonObject.Create(value),
        JsonValueKind.Array => JsonArray.Create(value),
        _ => JsonValue.Create(value),
    };

    private static JsonElement ViewOf(Lead lead, PipelineBook book) => JsonSerializer.SerializeToElement(LeadView.Of(lead, book), LeadsJson.Default.LeadView);
}
