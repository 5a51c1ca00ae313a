namespace Ecodrix.SocketIO;

/// <summary>What came of asking a client.</summary>
public abstract record SocketAnswer
{
    private SocketAnswer()
    {
    }

    /// <summary>The client answered, perhaps without arguments.</summary>
    public sealed record Answered(SocketArguments Arguments) : SocketAnswer;

    /// <summary>The time ran out; an answer that comes later is passed over.</summary>
    public sealed record TimedOut : SocketAnswer;

    /// <summary>The socket disconnected before it answered.</summary>
    public sealed record Gone : SocketAnswer;
}
