using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Server.Features.Leads;

/// <summary>In which order leads are listed, and how a page is continued. Ties are broken by id, in the same direction.</summary>
/// <remarks>An id is ordered by its time of making, so the order by <c>createdAt</c> is the order of ids and needs no index.</remarks>
internal sealed record LeadOrder(string Field, bool Descending)
{
    private const string Id = "_id";

    private static readonly Dictionary<string, string> Fields = new(StringComparer.Ordinal)
    {
        ["createdAt"] = Id,
        ["updatedAt"] = "updatedAt",
        ["score"] = "score",
        ["dealValue"] = "dealUnits",
        ["lastContactedAt"] = "lastContactedAt",
        ["firstName"] = "firstName",
    };

    public IReadOnlyList<Sort> Sorts => Field is Id ? [new Sort(Id, Descending)] : [new Sort(Field, Descending), new Sort(Id, Descending)];

    /// <returns>Null when there is no order of that name.</returns>
    public static LeadOrder? Parse(string sortBy, bool descending) =>
        Fields.TryGetValue(sortBy, out var field) ? new LeadOrder(field, descending) : null;

    /// <summary>Where the page after this lead begins.</summary>
    public string CursorAfter(Lead lead)
    {
        var place = new JsonObject { ["i"] = lead.Id };
        if (Field is not Id)
        {
            place["v"] = JsonSerializer.SerializeToNode(lead, LeadsJson.Default.Lead)![Field]?.DeepClone();
        }

        return Base64Url.EncodeToString(Encoding.UTF8.GetBytes(place.ToJsonString()));
    }

    /// <returns>False when the text is no cursor.</returns>
    public bool TryContinue(string cursor, out Condition? after)
    {
        after = null;
        try
        {
            if (JsonNode.Parse(Base64Url.DecodeFromChars(cursor)) is JsonObject place
                && place["i"]?.GetValueKind() is JsonValueKind.String
                && DocumentId.IsValid(place["i"]!.GetValue<string>()))
            {
                after = After(place["i"]!.GetValue<string>(), place["v"]?.DeepClone());
            }
        }
        catch (Exception failure) when (failure is FormatException or JsonException)
        {
            // Not one of ours.
            return false;
        }

        return after is not null;
    }

    private Condition After(string id, JsonNode? value)
    {
        var further = new Condition.Compare(Id, Descending ? Operator.Lt : Operator.Gt, id);
        if (Field is Id)
        {
            return further;
        }

        var tied = new Condition.All(Condition.Eq(Field, value?.DeepClone()), further);

        // Missing values come first ascending and last descending.
        return (value, Descending) switch
        {
            (null, true) => tied,
            (null, false) => new Condition.Any(tied, Condition.Exists(Field)),
            (_, true) => new Condition.Any(tied, Condition.Lt(Field, value), Condition.Eq(Field, null)),
            _ => new Condition.Any(tied, Condition.Gt(Field, value)),
        };
    }
}
