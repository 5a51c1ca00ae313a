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
    public static (LeadPatch Fields, IReadOnlyList<string> Warnings) Read(FieldReader fields, string region, DateTimeOffset now)
    {
        if (fields.Object(Field) is not { } given)
        {
            return (LeadPatch.None, []);
        }

        if (Payload.Detach(given) is not { } readable)
        {
            fields.Refuse(Field, Payload.Unfit);
            return (LeadPatch.None, []);
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

        var (patch, problems) = LeadDoor.Read(JsonSerializer.SerializeToElement(taken, EventsJson.Default.JsonObject), fields.PathOf(Field), region, now);
        foreach (var (path, problem) in problems)
        {
            fields.RefuseAt(path, problem);
        }

        return (patch, warnings);
    }
}
