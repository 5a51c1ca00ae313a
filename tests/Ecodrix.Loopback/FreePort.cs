using System.Net;
using System.Net.Sockets;

namespace Ecodrix.Loopback;

/// <summary>Ports for programs that cannot choose one themselves and tell it, or that come and go at the same one.</summary>
public static class FreePort
{
    /// <summary>Below those that Linux and Windows give to connections, so that none takes it while its program is away.</summary>
    private const int First = 20_000;

    private const int End = 32_000;

    /// <returns>A port of the loopback address at which nothing listens now.</returns>
    public static int Next()
    {
        while (true)
        {
            var port = Random.Shared.Next(First, End);
            try
            {
                using var probe = new TcpListener(IPAddress.Loopback, port);
                probe.Start();
                return port;
            }
            catch (SocketException taken) when (taken.SocketErrorCode is SocketError.AddressAlreadyInUse)
            {
                // Another then.
            }
        }
    }
}
