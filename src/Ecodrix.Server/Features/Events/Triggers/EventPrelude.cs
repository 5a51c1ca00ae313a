using System.Text.Json;
using Ecodrix.Engine.Runs;

namespace Ecodrix.Server.Features.Events.Triggers;

/// <summary>The Meet link that an event asks for, as the event's first effect.</summary>
internal static class EventPrelude
{
    private const string StepType = "create_meet";

    private static readonly string[] Provided = ["meetLink"];

    /// <param name="runAt">When the event is scheduled for; a link whose start is given is made at once all the same.</param>
    public static Prelude Of(MeetRequest meet, Addressee who, DateTimeOffset? runAt, DateTimeOffset now) => new()
    {
        Step = new Step
        {
            Index = 0,
            Path = "meet",
            Type = StepType,
            DueAt = runAt is not null && meet.StartTime is null ? runAt : now,
        },
        Config = JsonSerializer.SerializeToElement(meet.ToConfig(who.Trigger, who.Email), EventsJson.Default.JsonObject),
        Provides = Provided,
    };

    /// <summary>As it was before it was tried, for the repetition of its event.</summary>
    public static Prelude? Again(Prelude? played) => played is null ? null : played with
    {
        Step = new Step { Index = played.Step.Index, Path = played.Step.Path, Type = played.Step.Type },
    };
}
