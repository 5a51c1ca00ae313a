using System.Text.Json.Nodes;
using Ecodrix.SocketIO.Clocks;

namespace Ecodrix.SocketIO.Namespaces;

/// <summary>Somebody who waits for clients' answers under one id. As a deadline it stops waiting.</summary>
internal abstract class AwaitedAnswer(ulong id) : Deadline
{
    public ulong Id => id;

    /// <summary>The socket answered. Called at most once for each socket.</summary>
    public abstract void Take(Socket socket, JsonArray arguments);

    /// <summary>The socket went away without an answer.</summary>
    public abstract void Lose(Socket socket);
}

/// <summary>One socket's answer.</summary>
internal sealed class SingleAnswer(ulong id, Socket asked) : AwaitedAnswer(id)
{
    private readonly TaskCompletionSource<SocketAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<SocketAnswer> Task => _answer.Task;

    public override void Take(Socket socket, JsonArray arguments)
    {
        socket.Space.Server.Deadlines.Clear(this);
        _answer.TrySetResult(new SocketAnswer.Answered(new SocketArguments(arguments, 0, socket.Json)));
    }

    public override void Lose(Socket socket)
    {
        socket.Space.Server.Deadlines.Clear(this);
        _answer.TrySetResult(new SocketAnswer.Gone());
    }

    internal override void OnDue()
    {
        asked.Answers.Forget(Id);
        _answer.TrySetResult(new SocketAnswer.TimedOut());
    }
}

/// <summary>The answers of all whom a broadcast asked; what each said goes on at once.</summary>
internal sealed class ManyAnswers(ulong id, IReadOnlyList<Socket> asked, Action<JsonNode?> answered, Action? finished) : AwaitedAnswer(id)
{
    private int _missing = asked.Count;

    public override void Take(Socket socket, JsonArray arguments)
    {
        answered(arguments.Count > 0 ? arguments[0] : null);
        Lose(socket);
    }

    public override void Lose(Socket socket)
    {
        if (Interlocked.Decrement(ref _missing) is 0)
        {
            socket.Space.Server.Deadlines.Clear(this);
            finished?.Invoke();
        }
    }

    internal override void OnDue()
    {
        // Whoever answers at this very moment is counted by one of the two, never by both.
        foreach (var socket in asked)
        {
            socket.Answers.Forget(Id)?.Lose(socket);
        }
    }
}

/// <summary>Which answers a socket still owes.</summary>
internal sealed class AwaitedAnswers
{
    private readonly Lock _gate = new();
    private Dictionary<ulong, AwaitedAnswer>? _awaited;

    public void Add(AwaitedAnswer answer)
    {
        lock (_gate)
        {
            _awaited ??= [];
            _awaited[answer.Id] = answer;
        }
    }

    /// <returns>Null for an id that nobody waits for; that is no error.</returns>
    public AwaitedAnswer? Forget(ulong id)
    {
        lock (_gate)
        {
            return _awaited is not null && _awaited.Remove(id, out var answer) ? answer : null;
        }
    }

    public IReadOnlyCollection<AwaitedAnswer> ForgetAll()
    {
        lock (_gate)
        {
            var all = _awaited?.Values.ToArray() ?? [];
            _awaited = null;
            return all;
        }
    }
}
