using System.Text.Json;
using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Delivery;
using Ecodrix.Server.Features.Leads;

namespace Ecodrix.Server.Features.Traces.Masking;

/// <summary>What is known to be personal in a trace: who it is about, and whatever an event or a template was filled with. Pure.</summary>
internal static class PersonalValues
{
    private const int Deepest = 64;

    public static IEnumerable<string> Of(IEnumerable<WorkItem> works, IEnumerable<EffectRecord> effects, Lead? lead) =>
    [
        .. works.SelectMany(OfWork),
        .. effects.SelectMany(effect => Leaves(effect.Template, "variables").Append(effect.To ?? "")),
        .. lead is null ? [] : OfLead(lead),
    ];

    private static IEnumerable<string> OfWork(WorkItem work)
    {
        var state = work.Event;
        var callback = work.Callback?.Metadata is { } metadata ? Parsed(metadata) : null;
        return new[] { state?.Phone, state?.Email }.OfType<string>()
            .Concat(Leaves(state?.Variables))
            .Concat(Leaves(state?.Data))
            .Concat(Leaves(callback))
            .Concat(Leaves(work.Callback?.Payload));
    }

    private static IEnumerable<string> OfLead(Lead lead) =>
        new[] { lead.FirstName, lead.LastName, lead.FullName, lead.Email, lead.Phone, lead.WaUserId, lead.DealTitle, lead.AssignedTo }.OfType<string>()
            .Concat(lead.Metadata.Refs.Values)
            .Concat(lead.Metadata.Extra.Values.SelectMany(value => Leaves(value)));

    private static IEnumerable<string> Leaves(JsonElement? json, string within) =>
        json is { ValueKind: JsonValueKind.Object } outer && outer.TryGetProperty(within, out var inner) ? Leaves(inner) : [];

    /// <summary>Every text and number in it.</summary>
    private static IEnumerable<string> Leaves(JsonElement? json, int depth = 0) => json switch
    {
        null => [],
        _ when depth > Deepest => [],
        { ValueKind: JsonValueKind.Object } value => value.EnumerateObject().SelectMany(member => Leaves(member.Value, depth + 1)),
        { ValueKind: JsonValueKind.Array } value => value.EnumerateArray().SelectMany(item => Leaves(item, depth + 1)),
        { ValueKind: JsonValueKind.String } value => [value.GetString()!],
        { ValueKind: JsonValueKind.Number } value => [value.GetRawText()],
        _ => [],
    };

    private static JsonElement? Parsed(string json)
    {
        using var parsed = JsonDocument.Parse(json);
        return parsed.RootElement.Clone();
    }
}
