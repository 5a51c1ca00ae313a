using System.Text.Json.Nodes;
using Ecodrix.Server.Features.Realtime.Sockets;
using Ecodrix.Server.Http;
using Ecodrix.SocketIO;

namespace Ecodrix.Server.Features.Realtime.Listening;

/// <summary>A socket wants to be told callbacks with their bytes and signatures, or to know whose socket it is.</summary>
internal static class ListenRequest
{
    /// <summary>What a listener asks.</summary>
    public const string Name = "listen";

    /// <summary>What any socket may ask: its client's code and mode.</summary>
    public const string WhoName = "whoami";

    /// <summary>The room inside a tenant; nobody can ask for it with <c>subscribe</c>.</summary>
    public const string Room = "listen";

    /// <summary>What a listener is told.</summary>
    public const string EventName = "listen.callback";

    private static readonly Error NeedsKey = Errors.Forbidden with
    {
        Message = "Listening to callbacks takes a key.",
        Hint = "Connect with apiKey and clientCode: a token of the realtime page sees that callbacks were made, not their signed bytes.",
    };

    /// <summary>A token lives in browsers and in links; signed bytes are for who holds a key.</summary>
    public static Task JoinAsync(SocketEvent received)
    {
        var access = SocketAccess.Of(received.Socket)!;
        if (access.IsByKey)
        {
            received.Socket.Join(RoomNames.Of(access.Tenant, Room));
        }

        received.Answer(access.IsByKey ? Accepted(access) : RoomRequest.Refused(NeedsKey));
        return Task.CompletedTask;
    }

    public static Task TellWhoAsync(SocketEvent received)
    {
        received.Answer(Accepted(SocketAccess.Of(received.Socket)!));
        return Task.CompletedTask;
    }

    private static JsonObject Accepted(SocketAccess access) =>
        new() { ["success"] = true, ["clientCode"] = access.Tenant.Code, ["mode"] = access.Tenant.Mode };
}
