using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Ecodrix.SocketIO.Redis;

/// <summary>Something that waits for other nodes' answers.</summary>
internal interface IOpenQuestion
{
    /// <summary>Called for each answer, one after another. What does not answer the question is passed over.</summary>
    void Take(JsonObject answer);
}

/// <summary>What this node has asked and not yet heard enough of.</summary>
internal sealed class OpenQuestions
{
    private readonly ConcurrentDictionary<string, IOpenQuestion> _open = new(StringComparer.Ordinal);

    public int Count => _open.Count;

    public void Add(string id, IOpenQuestion question) => _open[id] = question;

    public void Close(string id) => _open.TryRemove(id, out _);

    public bool Contains(string id) => _open.ContainsKey(id);

    /// <returns>False for what is malformed. An answer to somebody else's question, or one that comes too late, is not.</returns>
    public bool Take(ReadOnlyMemory<byte> message)
    {
        if (!PeerMessage.TryRead(message, out var tree) || tree is not JsonObject answer || !PeerMessage.TryGetText(answer["requestId"], out var id))
        {
            return false;
        }

        if (_open.TryGetValue(id!, out var question))
        {
            question.Take(answer);
        }

        return true;
    }
}

/// <summary>Waits for one answer of each other node.</summary>
/// <param name="most">How many there are.</param>
/// <param name="read">Takes what counts out of an answer; false when it is none.</param>
internal sealed class AnswersOfAll<T>(int most, AnswersOfAll<T>.Reader read) : IOpenQuestion
{
    private readonly TaskCompletionSource<IReadOnlyList<T>> _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<T> _answers = [];
    private int _count;

    public delegate bool Reader(JsonObject answer, out T read);

    public Task<IReadOnlyList<T>> Task => _all.Task;

    public int Count => Volatile.Read(ref _count);

    public void Take(JsonObject answer)
    {
        if (_count < most && read(answer, out var value))
        {
            _answers.Add(value);
            Volatile.Write(ref _count, _answers.Count);
            if (_count == most)
            {
                _all.TrySetResult(_answers);
            }
        }
    }
}
