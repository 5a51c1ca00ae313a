using Ecodrix.SocketIO;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Realtime.Sockets;

/// <summary>What a socket may see: one tenant, for as long as the key is good that opened it or that its token was issued for.</summary>
internal sealed record SocketAccess(TenantId Tenant, string KeyId)
{
    private const string Item = "access";

    /// <summary>It was opened by a key itself, not by a token.</summary>
    public bool IsByKey { get; init; }

    /// <returns>Null of a socket that was not let in.</returns>
    public static SocketAccess? Of(Socket socket) => socket.Items.TryGetValue(Item, out var access) ? access as SocketAccess : null;

    public void PutOn(Socket socket) => socket.Items[Item] = this;
}

/// <summary>What becomes of a socket that wants in. A closed set.</summary>
internal abstract record SocketVerdict
{
    private SocketVerdict()
    {
    }

    /// <param name="MostSockets">How many the tenant may have at once.</param>
    public sealed record Admitted(SocketAccess Access, int MostSockets) : SocketVerdict;

    public sealed record Refused(ConnectRefusal Why) : SocketVerdict;
}
