using Ecodrix.SocketIO.WebSockets;

namespace Ecodrix.SocketIO.EngineIO;

/// <summary>HTTP long-polling: one held GET that takes what is queued, and POSTs that bring. As a deadline it ends a session whose last word nobody fetches.</summary>
internal sealed class PollingTransport(EngineConnection connection, EngineServer server) : EngineTransport
{
    private static readonly TimeSpan LastWordWaits = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan PollIsOnItsWay = TimeSpan.FromMilliseconds(20);

    private TaskCompletionSource<List<EngineMessage>>? _poll;
    private TaskCompletionSource? _arrival;
    private bool _cameDuringTrial;
    private bool _isPosting;
    private bool _hasLastWord;

    public override string Name => "polling";

    public override bool IsWritable => _poll is not null;

    /// <summary>Begins a GET.</summary>
    /// <returns>
    /// What it will be answered with; null when the connection is closed or has been upgraded. A second GET beside a first one is a
    /// breach that closes the connection: the first is told so.
    /// </returns>
    public PollStart BeginPoll(out TaskCompletionSource<List<EngineMessage>> poll)
    {
        poll = new TaskCompletionSource<List<EngineMessage>>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (connection.Gate)
        {
            if (_hasLastWord)
            {
                _hasLastWord = false;
                poll.SetResult(WithClose());
            }
            else if (!connection.IsOpen)
            {
                return PollStart.Unknown;
            }
            else if (!ReferenceEquals(connection.Transport, this))
            {
                return PollStart.Upgraded;
            }
            else if (_poll is null)
            {
                (_poll, _cameDuringTrial) = (poll, connection.Candidate is not null);
                _arrival?.TrySetResult();
            }
            else
            {
                return PollStart.Overlap;
            }
        }

        if (poll.Task.IsCompleted)
        {
            server.Forget(connection);
        }

        Flush();
        return PollStart.Held;
    }

    /// <summary>The client has gone away from a held GET.</summary>
    public void Abandon(TaskCompletionSource<List<EngineMessage>> poll)
    {
        lock (connection.Gate)
        {
            if (ReferenceEquals(_poll, poll))
            {
                _poll = null;
            }
        }

        poll.TrySetCanceled();
        connection.Close(CloseReasons.TransportError, CloseManner.AtOnce);
    }

    /// <summary>
    /// A client that closes has a GET held, or one on its way that it sent before: that is given a moment, so that it is answered and not refused.
    /// </summary>
    public async Task AwaitPollAsync(CancellationToken cancellationToken)
    {
        lock (connection.Gate)
        {
            if (_poll is not null)
            {
                return;
            }

            _arrival = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        await Task.WhenAny(_arrival.Task, Task.Delay(PollIsOnItsWay, server.Clock, cancellationToken));
    }

    /// <returns>False when another POST is under way.</returns>
    public bool TryBeginPost()
    {
        lock (connection.Gate)
        {
            return !_isPosting && (_isPosting = true);
        }
    }

    public void EndPost()
    {
        lock (connection.Gate)
        {
            _isPosting = false;
        }
    }

    public override void Flush()
    {
        TaskCompletionSource<List<EngineMessage>> poll;
        List<EngineMessage> batch;
        lock (connection.Gate)
        {
            if (_poll is null || connection.Outbox.IsEmpty || !ReferenceEquals(connection.Transport, this))
            {
                return;
            }

            (poll, _poll) = (_poll, null);
            batch = connection.Outbox.TakeUpTo(server.Options.MaxHttpBufferSize);
        }

        poll.TrySetResult(batch);
    }

    /// <summary>Lets go of a held GET, with what is queued or with nothing: the client is about to change to WebSocket.</summary>
    public void Release()
    {
        Flush();
        Answer(() => [EngineMessage.Noop]);
    }

    /// <summary>The WebSocket has taken over. A GET held from before is let go of; one that came while the client was changing over came too late.</summary>
    public void Retire() => Answer(() => _cameDuringTrial ? [] : [EngineMessage.Noop]);

    public override bool End(CloseManner manner, CloseCode code, string why)
    {
        var isAnswered = Answer(() => manner is CloseManner.ByClient ? [EngineMessage.Noop] : WithClose());
        if (isAnswered || manner is not CloseManner.Flush)
        {
            return true;
        }

        lock (connection.Gate)
        {
            _hasLastWord = true;
        }

        server.Deadlines.SetAfter(this, LastWordWaits);
        return false;
    }

    internal override void OnDue()
    {
        lock (connection.Gate)
        {
            _hasLastWord = false;
            connection.Outbox.Clear();
        }

        server.Forget(connection);
    }

    private bool Answer(Func<List<EngineMessage>> with)
    {
        TaskCompletionSource<List<EngineMessage>> poll;
        List<EngineMessage> batch;
        lock (connection.Gate)
        {
            if (_poll is null)
            {
                return false;
            }

            (poll, _poll) = (_poll, null);
            batch = with();
        }

        return poll.TrySetResult(batch);
    }

    private List<EngineMessage> WithClose() => [.. connection.Outbox.TakeUpTo(int.MaxValue), EngineMessage.Close];
}

/// <summary>What a GET came upon.</summary>
internal enum PollStart
{
    Held,
    Overlap,
    Upgraded,
    Unknown,
}
