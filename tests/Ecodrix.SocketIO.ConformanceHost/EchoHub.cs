namespace Ecodrix.SocketIO.ConformanceHost;

/// <summary>Tells each socket its own auth.</summary>
internal class GreetingHub : SocketHub
{
    /// <summary>
    /// The public suite takes one WebSocket message in each turn of its event loop and misses a second one that came in the same piece of TCP:
    /// so this one does not follow on the heels of the CONNECT reply.
    /// </summary>
    private static readonly TimeSpan Apart = TimeSpan.FromMilliseconds(5);

    protected override async Task OnConnectAsync(Socket socket)
    {
        if (socket.Transport is "websocket")
        {
            await Task.Delay(Apart, TimeProvider.System, CancellationToken.None); // Nobody waits for it.
        }

        socket.Emit("auth", socket.Handshake.Auth);
    }
}

/// <summary>The main namespace: messages come back, as an event or as the answer.</summary>
internal sealed class EchoHub : GreetingHub
{
    public EchoHub()
    {
        On("message", received =>
        {
            received.Socket.Emit("message-back", [.. received.Arguments]);
            return Task.CompletedTask;
        });
        On("message-with-ack", received =>
        {
            received.Answer([.. received.Arguments]);
            return Task.CompletedTask;
        });
    }
}
