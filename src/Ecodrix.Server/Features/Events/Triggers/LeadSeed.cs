using System.Text.Json;
using System.Text.Json.Nodes;
using Ecodrix.Server.Features.Leads;

namespace Ecodrix.Server.Features.Events.Triggers;

/// <summary>Reads what a trigger gives for the lead that it may make.</summary>
internal static class LeadSeed
{
    private const string Field = "leadData";

    private static readonly HashSet<string> Taken = new(StringComparer.Ordinal)
    {
        "firstName", "lastName", "email", "source", "dealValue", "dealTitle", "tags", "metadata", "consent", "assignedTo",
    };

    /// <returns>The fields that are taken, and a sentence for each that is not.</returns>
    public static (GivenLead Lead, IReadOnlyList<string> Warnings) Read(FieldReader fields, string region, DateTimeOffset now)
    {
        if (fields.Object(Field) is not { } given)
        {
            return (GivenLead.Nothing, []);
        }

        if (Payload.Detach(given) is not { } readable)
        {
            fields.Refuse(Field, Payload.Unfit);
            return (GivenLead.Nothing, []);
        }

        var warnings = new List<string>();
        var taken = new JsonObject();
        foreach (var member in readable.EnumerateObject())
        {
            if (Taken.Contains(member.Name))
            {
                taken[member.Name] = JsonNode.Parse(member.Value.GetRawText());
            }
            else
            {
                warnings.Add($"{Field}.{member.Name} is not taken from a trigger and was ignored.");
            }
        }

        var json = JsonSerializer.SerializeToElement(taken, EventsJson.Default.JsonObject);
        var (patch, problems) = LeadDoor.Read(json, fields.PathOf(Field), region, now);
        foreach (var (path, problem) in problems)
        {
            fields.RefuseAt(path, problem);
        }

        return (new GivenLead(patch, json), warnings);
    }

    /// <summary>Reads once more what was taken before.</summary>
    public static LeadPatch ReadAgain(JsonElement taken, string region, DateTimeOffset now) => LeadDoor.Read(taken, Field, region, now).Fields;
}

/// <summary>What a trigger gives for the lead that it may make.</summary>
/// <param name="Json">The same in JSON, to be kept; null when nothing was given.</param>
internal sealed record GivenLead(LeadPatch Fields, JsonElement? Json)
{
    public static readonly GivenLead Nothing = new(LeadPatch.None, null);
}
