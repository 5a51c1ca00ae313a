using Ecodrix.Server.Features.Events;
using Ecodrix.Server.Features.Timeline;

namespace Ecodrix.Server.Features.Leads.Consequences;

/// <summary>One thing that follows from a change of a lead. It is stored with the change and written on under ids made with it, so that writing it twice is writing it once.</summary>
/// <remarks>Exactly one of the members beside the id is set.</remarks>
internal sealed record OutboxEntry
{
    public required string Id { get; init; }

    public TimelineEntry? Timeline { get; init; }

    public StageVisit? Visit { get; init; }

    public DailyFigure? Figure { get; init; }

    public SystemTrigger? Trigger { get; init; }
}
