using Ecodrix.SocketIO.Adapters;

namespace Ecodrix.SocketIO.Redis;

/// <summary>Does what other nodes ask, and answers them.</summary>
internal sealed class NodeAnswering(ILocalNamespace local, RedisLink link, RedisChannels channels, bool answersApart)
{
    public void Do(PeerRequest request)
    {
        switch (request)
        {
            case PeerRequest.Join join:
                local.Join(join.Sockets, join.Rooms);
                break;
            case PeerRequest.Leave leave:
                local.Leave(leave.Sockets, leave.Rooms);
                break;
            case PeerRequest.Disconnect disconnect:
                local.Disconnect(disconnect.Sockets, disconnect.Close);
                break;
            case PeerRequest.OfOne one:
                DoForOne(one);
                break;
            case PeerRequest.ListSockets list:
                Answer(list, PeerRequestWriter.Answer(list.Id!, "sockets", PeerMessage.List(local.Fetch(list.Sockets).Select(socket => socket.Id))));
                break;
            case PeerRequest.ListRooms list:
                Answer(list, PeerRequestWriter.Answer(list.Id!, "rooms", PeerMessage.List(local.Rooms)));
                break;
            case PeerRequest.Fetch fetch:
                Answer(fetch, PeerRequestWriter.Answer(fetch.Id!, "sockets", [.. local.Fetch(fetch.Sockets).Select(PeerSnapshot.Write)]));
                break;
            case PeerRequest.ServerSideEmit emit:
                // Always on the channel that all share.
                local.RaiseServerSide(emit.Event, emit.Id is { } id ? answer => link.Publish(channels.Responses, PeerRequestWriter.ServerSideAnswer(id, answer)) : null);
                break;
            case PeerRequest.Ask ask:
                AskClients(ask);
                break;
        }
    }

    private void DoForOne(PeerRequest.OfOne one)
    {
        if (local.Fetch(new SocketSelection([one.Socket], [])).Any(socket => string.Equals(socket.Id, one.Socket, StringComparison.Ordinal)))
        {
            Do(one.What);
            if (one.Id is not null)
            {
                Answer(one, PeerRequestWriter.Confirm(one.Id));
            }
        }
    }

    private void AskClients(PeerRequest.Ask ask)
    {
        var asked = local.BroadcastWithAck(ask.Broadcast, answer => Answer(ask, PeerRequestWriter.ClientAnswer(ask.Id!, answer)));
        Answer(ask, PeerRequestWriter.ClientCount(ask.Id!, asked));
    }

    private void Answer(PeerRequest request, byte[] answer) =>
        link.Publish(answersApart && request.Uid is { } asker ? channels.ResponsesTo(asker) : channels.Responses, answer);
}
