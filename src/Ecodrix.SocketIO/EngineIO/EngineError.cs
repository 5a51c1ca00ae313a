namespace Ecodrix.SocketIO.EngineIO;

/// <summary>A refused request: the protocol's code and its words.</summary>
internal sealed record EngineError(int Code, string Message)
{
    public static readonly EngineError UnknownTransport = new(0, "Transport unknown");
    public static readonly EngineError UnknownSession = new(1, "Session ID unknown");
    public static readonly EngineError BadHandshakeMethod = new(2, "Bad handshake method");
    public static readonly EngineError BadRequest = new(3, "Bad request");
    public static readonly EngineError UnsupportedVersion = new(5, "Unsupported protocol version");

    /// <param name="message">The hook's own words.</param>
    public static EngineError Forbidden(string message) => new(4, message);
}
