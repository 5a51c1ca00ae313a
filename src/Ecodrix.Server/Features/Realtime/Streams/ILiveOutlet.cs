using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Realtime.Streams;

/// <summary>Where what was numbered goes on to those who look at it now.</summary>
internal interface ILiveOutlet
{
    /// <summary>Delivers in the order given. What cannot be delivered is found in the history.</summary>
    Task DeliverAsync(TenantId tenant, IReadOnlyList<LiveEvent> events, CancellationToken cancellationToken);
}

/// <summary>An event with its number.</summary>
internal sealed record LiveEvent(StreamEntry Entry, RealtimeEvent Event);
