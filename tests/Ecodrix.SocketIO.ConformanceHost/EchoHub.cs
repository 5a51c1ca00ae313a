namespace Ecodrix.SocketIO.ConformanceHost;

/// <summary>Tells each socket its own auth.</summary>
internal class GreetingHub : SocketHub
{
    protected override Task OnConnectAsync(Socket socket)
    {
        socket.Emit("auth", socket.Handshake.Auth);
        return Task.CompletedTask;
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
