using Ecodrix.SocketIO.Clocks;
using Ecodrix.SocketIO.WebSockets;

namespace Ecodrix.SocketIO.EngineIO;

/// <summary>How a connection ends.</summary>
internal enum CloseManner
{
    /// <summary>What is queued is sent first.</summary>
    Flush,

    /// <summary>At once; what is queued is dropped.</summary>
    AtOnce,

    /// <summary>The client closed it; the rest is a matter of form.</summary>
    ByClient,
}

/// <summary>What carries a connection's packets at the moment.</summary>
internal abstract class EngineTransport : Deadline
{
    /// <summary>The name in the query.</summary>
    public abstract string Name { get; }

    /// <summary>Whether a packet would leave right now. Asked under the connection's gate.</summary>
    public abstract bool IsWritable { get; }

    /// <summary>Sends what the connection has queued, as far as that is possible now. Never waits; never called under a lock.</summary>
    public abstract void Flush();

    /// <summary>Ends the transport; called once, after the connection has been marked as closed.</summary>
    /// <returns>False when the connection is to be kept for a last word to the client.</returns>
    public abstract bool End(CloseManner manner, CloseCode code, string why);
}
