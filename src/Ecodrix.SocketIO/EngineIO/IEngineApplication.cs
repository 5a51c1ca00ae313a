namespace Ecodrix.SocketIO.EngineIO;

/// <summary>What runs on top of Engine.IO connections: Socket.IO, or something of one's own.</summary>
public interface IEngineApplication
{
    /// <summary>Called once for each connection, before anything is received. What is sent here follows the open packet.</summary>
    IEngineReceiver Open(IEngineConnection connection);
}

/// <summary>One connection's ear. Calls come one at a time, except <see cref="Closed"/>, which may come at any time, once, after which nothing more is heard.</summary>
public interface IEngineReceiver
{
    /// <returns>Done when there is room for more: the client is read no further until then.</returns>
    ValueTask TextAsync(string text);

    /// <param name="bytes">The receiver's own from now on.</param>
    /// <returns>Done when there is room for more: the client is read no further until then.</returns>
    ValueTask BinaryAsync(byte[] bytes);

    /// <param name="reason">One of <see cref="CloseReasons"/>.</param>
    void Closed(string reason);
}

/// <summary>One client's Engine.IO connection, whichever transport carries it at the moment. May be used from any thread.</summary>
public interface IEngineConnection
{
    /// <summary>A bearer secret: whoever has it can send in the client's name. Not for logs.</summary>
    string Id { get; }

    /// <summary>The request that the connection began with.</summary>
    ConnectionRequest Request { get; }

    /// <summary>Queues a text message; when the queue is full the connection is dropped, and when it is closed nothing happens.</summary>
    void Send(string text);

    /// <summary>Queues a binary message; when the queue is full the connection is dropped, and when it is closed nothing happens.</summary>
    /// <param name="bytes">Copied.</param>
    void Send(ReadOnlySpan<byte> bytes);

    /// <summary>Sends what is queued and closes.</summary>
    void Close();
}
