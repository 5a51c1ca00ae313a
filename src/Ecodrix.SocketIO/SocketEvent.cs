using System.Text.Json.Nodes;
using Ecodrix.SocketIO.Packets;

namespace Ecodrix.SocketIO;

/// <summary>An event that a client sent.</summary>
public sealed class SocketEvent
{
    private readonly ulong? _ackId;
    private bool _isAnswered;

    internal SocketEvent(Socket socket, JsonArray payload, ulong? ackId)
    {
        Socket = socket;
        Name = payload[0]!.GetValueKind() is System.Text.Json.JsonValueKind.String ? payload[0]!.GetValue<string>() : payload[0]!.ToJsonString();
        Arguments = new SocketArguments(payload, 1, socket.Json);
        _ackId = ackId;
    }

    public Socket Socket { get; }

    /// <summary>The event's name; of a number its digits.</summary>
    public string Name { get; }

    public SocketArguments Arguments { get; }

    /// <summary>The client waits for an answer.</summary>
    public bool WantsAnswer => _ackId is not null;

    /// <summary>Answers the client; a second answer, or one that nobody waits for, is not sent.</summary>
    public void Answer(params ReadOnlySpan<object?> arguments)
    {
        if (_ackId is { } id && !Interlocked.Exchange(ref _isAnswered, true))
        {
            Socket.Send(new SocketPacket(SocketPacketType.Ack, Socket.Space.Name, id, Packets.Arguments.List(arguments, Socket.Json)));
        }
    }
}
