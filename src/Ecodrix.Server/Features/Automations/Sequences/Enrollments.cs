using System.Text.Json;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Automations.Sequences;

/// <summary>Starts a sequence for a lead: an event of its own, which starts that rule and no other.</summary>
internal static class Enrollments
{
    private const string Trigger = "sequence_enrolled";

    public static NewEvent Of(string eventId, ITenantDatabase database, string leadId, string ruleId, JsonElement? variables) => new()
    {
        Id = eventId,
        Database = database,
        Trigger = Trigger,
        LeadId = leadId,
        Variables = variables,
        OnlyRuleId = ruleId,
    };

    /// <returns>The sequence's run; null when the lead is in the sequence already.</returns>
    public static Run? RunOf(WorkItem enrolled) => enrolled.Event!.Runs is [var run, ..] ? run : null;
}
