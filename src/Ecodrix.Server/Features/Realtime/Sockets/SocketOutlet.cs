using Ecodrix.Server.Features.Realtime.Streams;
using Ecodrix.SocketIO;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Realtime.Sockets;

/// <summary>Brings what was numbered to the sockets: to the tenant's room and the narrower ones, once to each socket.</summary>
internal sealed class SocketOutlet(ISocketServer sockets) : ILiveOutlet
{
    public async Task DeliverAsync(TenantId tenant, IReadOnlyList<LiveEvent> events, CancellationToken cancellationToken)
    {
        foreach (var (entry, told) in events)
        {
            var payload = PayloadWriting.WithNumber(entry.Payload, entry.Seq, entry.At);
            var rooms = sockets.To([RoomNames.Of(tenant), .. told.Rooms.Select(room => RoomNames.Of(tenant, room))]);
            await rooms.EmitAsync(told.Name, payload);
            if (told.Alias is { } alias)
            {
                await rooms.EmitAsync(alias, payload);
            }
        }
    }
}
