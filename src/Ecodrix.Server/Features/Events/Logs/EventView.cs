using System.Text.Json;
using System.Text.Json.Serialization;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Features.Callbacks;
using Ecodrix.Server.Features.Events.Triggers;
using Ecodrix.Server.Features.Runs;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Events.Logs;

/// <summary>An event as its tenant sees it.</summary>
internal record EventView
{
    [JsonPropertyName("_id")]
    public required string Id { get; init; }

    public required string Trigger { get; init; }

    public EventStatus Status { get; init; }

    public required string Mode { get; init; }

    public string? LeadId { get; init; }

    public string? Phone { get; init; }

    public string? Email { get; init; }

    public required PayloadView Payload { get; init; }

    public int RulesMatched { get; init; }

    public required string CallbackStatus { get; init; }

    public string? MeetLink { get; init; }

    public string? Error { get; init; }

    /// <summary>The event that this one repeats.</summary>
    public string? ReplayOf { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ProcessedAt { get; init; }

    public DateTimeOffset RunAt { get; init; }

    /// <summary>Tells whoever opens it what happened, for 7 days; without personal data.</summary>
    public string? TraceUrl { get; init; }

    public static EventView Of(WorkItem work) => new(work);

    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    protected EventView(WorkItem work)
    {
        var state = work.Event!;
        Id = work.Id;
        Trigger = state.Trigger;
        Status = state.Status;
        Mode = TenantId.Parse(work.Tenant).Mode;
        LeadId = work.LeadId;
        Phone = state.Phone;
        Email = state.Email;
        Payload = new PayloadView(state.Variables, state.Data);
        RulesMatched = state.RulesMatched;
        CallbackStatus = work.Callback is { } callback ? JsonNamingPolicy.CamelCase.ConvertName(callback.Status.ToString()) : "none";
        MeetLink = TriggerView.MeetLinkOf(state);
        Error = state.Error;
        ReplayOf = state.ReplayOf;
        CreatedAt = work.CreatedAt;
        ProcessedAt = state.ProcessedAt;
        RunAt = work.RunAt;
    }
}

/// <summary>What an event carried.</summary>
internal sealed record PayloadView(JsonElement? Variables, JsonElement? Data);

/// <summary>An event with its runs and its callback.</summary>
internal sealed record EventDetailView : EventView
{
    public IReadOnlyList<SkippedRule> Skipped { get; }

    public IReadOnlyList<RunView> Runs { get; }

    /// <summary>Null when none was asked for.</summary>
    public CallbackDetailView? Callback { get; }

    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    private EventDetailView(WorkItem work, RunDoor runs, CallbackDoor callbacks)
        : base(work)
    {
        Skipped = work.Event!.Skipped;
        Runs = runs.AllIn(work);
        Callback = callbacks.FindIn(work);
    }

    public static EventDetailView DetailOf(WorkItem work, RunDoor runs, CallbackDoor callbacks) => new(work, runs, callbacks);
}
