using System.Text.Json;
using Ecodrix.Server.Features.Realtime.Listening;
using Ecodrix.Server.Features.Realtime.Streams;
using Ecodrix.Server.Features.Realtime.Watching;
using Ecodrix.Server.Http;
using Ecodrix.SocketIO;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Realtime.Sockets;

/// <summary>The main namespace: each socket is in its tenant's room from the first moment, and may ask for narrower ones.</summary>
internal sealed class RealtimeHub : SocketHub
{
    private static readonly ConnectRefusal TooMany = new(
        "QUOTA_EXCEEDED", SocketGate.DetailOf(Errors.QuotaExceeded with { Message = "The client has as many sockets open as it may have.", Hint = "Close some, or ask the operator for a higher limits.connections." }));

    private static readonly ConnectRefusal NotTheirs = new("UNAUTHORIZED", SocketGate.DetailOf(Errors.Unauthorized));

    private readonly SocketGate gate;

    private readonly Connections connections;

    private readonly Watchers watchers;

    private readonly History history;

    private readonly ITenantDatabases databases;

    public RealtimeHub(SocketGate gate, Connections connections, Watchers watchers, History history, ITenantDatabases databases)
    {
        (this.gate, this.connections, this.watchers, this.history, this.databases) = (gate, connections, watchers, history, databases);
        Use(AdmitAsync);
        On("join", JoinAsync);
        On("join-room", JoinAsync);
        On("subscribe", SubscribeAsync);
        On("unsubscribe", UnsubscribeAsync);
        On("events", FillAsync);
        On(ListenRequest.Name, ListenRequest.JoinAsync);
        On(ListenRequest.WhoName, ListenRequest.TellWhoAsync);
    }

    protected override Task OnConnectAsync(Socket socket)
    {
        connections.Add(SocketAccess.Of(socket)!.Tenant, socket);
        return Task.CompletedTask;
    }

    protected override Task OnDisconnectAsync(Socket socket, string reason)
    {
        connections.Remove(SocketAccess.Of(socket)!.Tenant, socket);
        return Task.CompletedTask;
    }

    // One that comes back is asked for its credentials too: they may have been revoked meanwhile.
    private async ValueTask<ConnectRefusal?> AdmitAsync(Socket socket)
    {
        var verdict = await gate.CheckAsync(socket.Handshake, CancellationToken.None); // Short; its connection's end is seen when it is let in.
        if (verdict is not SocketVerdict.Admitted admitted)
        {
            return ((SocketVerdict.Refused)verdict).Why;
        }

        var tenant = admitted.Access.Tenant;
        if (SocketAccess.Of(socket) is { } before && before.Tenant != tenant)
        {
            return NotTheirs;
        }

        if (connections.CountOf(tenant) >= admitted.MostSockets)
        {
            return TooMany;
        }

        admitted.Access.PutOn(socket);
        if (!socket.IsRecovered)
        {
            socket.Join(RoomNames.Of(tenant));
        }

        await watchers.NoteAsync(tenant, CancellationToken.None); // As above.
        return null;
    }

    /// <summary>Older dashboards ask for their room; they are in it already.</summary>
    private static Task JoinAsync(SocketEvent received)
    {
        var tenant = SocketAccess.Of(received.Socket)!.Tenant;
        if (RoomRequest.IsOwnCode(received.Arguments, tenant))
        {
            received.Socket.Join(RoomNames.Of(tenant));
            received.Answer(RoomRequest.Accepted([tenant.Code]));
        }
        else
        {
            received.Answer(RoomRequest.Refused(Errors.Forbidden with { Message = "A socket sees its own client's events and no others." }));
        }

        return Task.CompletedTask;
    }

    private static Task SubscribeAsync(SocketEvent received)
    {
        var (rooms, refusal) = RoomRequest.Read(received, leaves: false);
        if (refusal is null)
        {
            var tenant = SocketAccess.Of(received.Socket)!.Tenant;
            received.Socket.Join([.. rooms.Select(room => RoomNames.Of(tenant, room))]);
        }

        received.Answer(refusal is null ? RoomRequest.Accepted(rooms) : RoomRequest.Refused(refusal));
        return Task.CompletedTask;
    }

    /// <summary>Leaves narrower rooms; who leaves the room of its own code is told of its narrower rooms alone.</summary>
    private static Task UnsubscribeAsync(SocketEvent received)
    {
        var (rooms, refusal) = RoomRequest.Read(received, leaves: true);
        if (refusal is null)
        {
            var tenant = SocketAccess.Of(received.Socket)!.Tenant;
            received.Socket.Leave([.. rooms.Select(room => RoomNames.IsNarrower(room) ? RoomNames.Of(tenant, room) : RoomNames.Of(tenant))]);
        }

        received.Answer(refusal is null ? RoomRequest.Accepted(rooms) : RoomRequest.Refused(refusal));
        return Task.CompletedTask;
    }

    /// <summary>Fills a gap for who has a token and no key: <c>{after, limit?}</c>, answered as <c>GET /api/saas/realtime/events</c> answers.</summary>
    private async Task FillAsync(SocketEvent received)
    {
        if (!RoomRequest.TryReadGap(received.Arguments, out var after, out var limit))
        {
            received.Answer(RoomRequest.Refused(Errors.Validation with { Message = "after must be a whole number from 0, limit one from 1 to 1000." }));
            return;
        }

        try
        {
            var database = await databases.OpenAsync(SocketAccess.Of(received.Socket)!.Tenant, CancellationToken.None); // Nobody to cancel it; it is short.
            var answer = ReadStream.AnswerOf(await history.ReadAsync(database, after, limit, CancellationToken.None));
            received.Answer(JsonSerializer.SerializeToNode(answer, RealtimeJson.Default.StreamAnswer));
        }
        catch (DatabaseUnavailableException)
        {
            received.Answer(RoomRequest.Refused(Errors.DatabaseUnavailable));
        }
    }
}
