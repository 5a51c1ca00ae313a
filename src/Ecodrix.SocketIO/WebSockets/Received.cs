namespace Ecodrix.SocketIO.WebSockets;

/// <summary>Something that came over a WebSocket and is complete.</summary>
internal abstract record Received
{
    private Received()
    {
    }

    public sealed record Text(string Content) : Received;

    public sealed record Binary(byte[] Content) : Received;

    public sealed record Ping(byte[] Content) : Received;

    public sealed record Pong : Received;

    /// <param name="Content">The code and the reason, to be sent back as they came.</param>
    public sealed record Close(byte[] Content) : Received;

    /// <summary>A breach of the protocol: the connection is to be closed with the code.</summary>
    public sealed record Violation(CloseCode Code) : Received;
}
