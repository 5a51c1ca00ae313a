using System.Text.Json.Nodes;
using Ecodrix.SocketIO.Adapters;

namespace Ecodrix.SocketIO.Redis;

/// <summary>
/// Waits for the answers of clients on all nodes: each node says how many clients it asked, and then what each of them answers.
/// </summary>
internal sealed class AskedClients : IOpenQuestion
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<JsonNode?> _answers = [];
    private int? _others;
    private int _toldOthers;
    private int _askedElsewhere;
    private int _answeredElsewhere;
    private int _askedHere;
    private bool _hereIsFinished;

    /// <summary>Done when no more answers are to come.</summary>
    public Task Done => _done.Task;

    /// <summary>The answers so far.</summary>
    public BroadcastAnswers Result(bool isInTime)
    {
        lock (_gate)
        {
            var asked = _askedHere + _askedElsewhere;
            return new BroadcastAnswers([.. _answers], asked, isInTime && _answers.Count == asked);
        }
    }

    public void Take(JsonObject answer)
    {
        if (!PeerMessage.TryGetNumber(answer["type"], out var type))
        {
            return;
        }

        if (type is PeerRequestType.ClientCount && PeerMessage.TryGetNumber(answer["clientCount"], out var count) && count is >= 0 and < int.MaxValue)
        {
            Change(() =>
            {
                _toldOthers++;
                _askedElsewhere += (int)count;
            });
        }
        else if (type is PeerRequestType.ClientAnswer)
        {
            answer.Remove("packet", out var packet);
            Change(() =>
            {
                _answeredElsewhere++;
                _answers.Add(packet);
            });
        }
    }

    /// <summary>A client of this node answered.</summary>
    public void TakeHere(JsonNode? answer) => Change(() => _answers.Add(answer));

    public void AskedHere(int clients) => Change(() => _askedHere = clients);

    public void FinishHere() => Change(() => _hereIsFinished = true);

    /// <summary>How many other nodes will tell how many they asked.</summary>
    public void Expect(int others) => Change(() => _others = others);

    private void Change(Action change)
    {
        lock (_gate)
        {
            change();
            if (_hereIsFinished && _toldOthers >= _others && _answeredElsewhere >= _askedElsewhere)
            {
                _done.TrySetResult();
            }
        }
    }
}
