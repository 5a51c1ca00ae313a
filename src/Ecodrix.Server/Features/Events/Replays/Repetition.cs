using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Features.Events.Triggers;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Events.Replays;

/// <summary>An event once more: the same payload and callback, matched by the rules as they are now.</summary>
internal static class Repetition
{
    /// <param name="played">An event.</param>
    /// <param name="id">Of the new one.</param>
    public static NewEvent Of(WorkItem played, string id, ITenantDatabase database, string? leadId) => new()
    {
        Id = id,
        Database = database,
        Trigger = played.Event!.Trigger,
        LeadId = leadId,
        Phone = played.Event.Phone,
        Email = played.Event.Email,
        Variables = played.Event.Variables,
        Data = played.Event.Data,
        OnlyRuleId = played.Event.OnlyRuleId,
        ReplayOf = played.Id,
        Callback = played.Callback is { } callback ? new CallbackState { Id = WorkIds.Callback(id), Url = callback.Url, Metadata = callback.Metadata } : null,
        Prelude = EventPrelude.Again(played.Event.Prelude),
    };
}
