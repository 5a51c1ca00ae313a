using Ecodrix.SocketIO.Adapters;

namespace Ecodrix.SocketIO.Namespaces;

/// <summary>Who is in which room. Each socket is in a room named by its own id without taking up space for it. Guarded by the namespace's gate.</summary>
internal sealed class RoomRegistry
{
    private readonly Dictionary<string, Socket> _sockets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<Socket>> _rooms = new(StringComparer.Ordinal);
    private long _round;

    public int Count => _sockets.Count;

    public HashSet<string> Names() => [.. _rooms.Keys, .. _sockets.Keys];

    public bool Has(string room) => _rooms.ContainsKey(room) || _sockets.ContainsKey(room);

    public void Add(Socket socket)
    {
        _sockets[socket.Id] = socket;
        foreach (var room in socket.OtherRooms)
        {
            Enter(socket, room);
        }
    }

    public void Remove(Socket socket)
    {
        _sockets.Remove(socket.Id);
        foreach (var room in socket.OtherRooms)
        {
            Exit(socket, room);
        }
    }

    public void Enter(Socket socket, string room)
    {
        if (!_rooms.TryGetValue(room, out var members))
        {
            _rooms[room] = members = [];
        }

        members.Add(socket);
    }

    public void Exit(Socket socket, string room)
    {
        if (_rooms.TryGetValue(room, out var members) && members.Remove(socket) && members.Count is 0)
        {
            _rooms.Remove(room);
        }
    }

    /// <summary>Adds the selected sockets to a list, each once.</summary>
    public void Select(SocketSelection selection, List<Socket?> selected)
    {
        // Who is excepted or already chosen carries this round's number: no set is built.
        _round++;
        foreach (var room in selection.Except)
        {
            Choose(room, null);
        }

        if (selection.Rooms.Count is 0)
        {
            foreach (var socket in _sockets.Values)
            {
                if (socket.Round != _round)
                {
                    selected.Add(socket);
                }
            }
        }

        foreach (var room in selection.Rooms)
        {
            Choose(room, selected);
        }
    }

    private void Choose(string room, List<Socket?>? selected)
    {
        if (_sockets.TryGetValue(room, out var own))
        {
            Mark(own, selected);
        }

        if (_rooms.TryGetValue(room, out var members))
        {
            foreach (var socket in members)
            {
                Mark(socket, selected);
            }
        }
    }

    private void Mark(Socket socket, List<Socket?>? selected)
    {
        if (socket.Round != _round)
        {
            socket.Round = _round;
            selected?.Add(socket);
        }
    }
}
