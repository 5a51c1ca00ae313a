namespace Ecodrix.SocketIO.EngineIO;

/// <summary>Why a connection or a socket ended. All but the last two are a loss of the transport, after which a client may recover its state.</summary>
public static class CloseReasons
{
    /// <summary>The client went away, or closed the connection itself.</summary>
    public const string TransportClose = "transport close";

    /// <summary>The network failed, or the client broke the rules of a transport.</summary>
    public const string TransportError = "transport error";

    /// <summary>The client did not answer a ping in time.</summary>
    public const string PingTimeout = "ping timeout";

    /// <summary>The client sent what is no packet.</summary>
    public const string ParseError = "parse error";

    /// <summary>This side closed the connection.</summary>
    public const string ForcedClose = "forced close";

    /// <summary>The server is stopping.</summary>
    public const string ServerShuttingDown = "server shutting down";

    /// <summary>The client did not take what was sent to it fast enough, and its bounded queue was full.</summary>
    public const string SlowClient = "slow client";

    /// <summary>The client sent no valid wish to join a namespace in time, or made way for newer handshakes.</summary>
    public const string ConnectTimeout = "connect timeout";

    /// <summary>The client left the namespace.</summary>
    public const string ClientNamespaceDisconnect = "client namespace disconnect";

    /// <summary>This side took the socket out of the namespace.</summary>
    public const string ServerNamespaceDisconnect = "server namespace disconnect";
}
