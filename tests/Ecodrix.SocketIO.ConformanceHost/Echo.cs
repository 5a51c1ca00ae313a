using Ecodrix.SocketIO.EngineIO;

namespace Ecodrix.SocketIO.ConformanceHost;

/// <summary>Bare Engine.IO: every message comes back, text as text and binary as binary.</summary>
internal sealed class Echo : IEngineApplication
{
    public IEngineReceiver Open(IEngineConnection connection) => new Receiver(connection);

    private sealed class Receiver(IEngineConnection connection) : IEngineReceiver
    {
        public ValueTask TextAsync(string text)
        {
            connection.Send(text);
            return ValueTask.CompletedTask;
        }

        public ValueTask BinaryAsync(byte[] bytes)
        {
            connection.Send(bytes);
            return ValueTask.CompletedTask;
        }

        public void Closed(string reason)
        {
            // Nothing is kept of a connection.
        }
    }
}
