namespace Ecodrix.Server.Http.Intake;

/// <summary>From where on new work is refused. A durable backlog alone is no overload.</summary>
internal sealed record OverloadLimits
{
    /// <summary>Nobody is kept waiting longer than that for a commit.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How much accepted work may be unfinished, over all tenants.</summary>
    public int MostUnfinished { get; init; } = 1_000_000;

    /// <summary>How much must be free on the disks of the data, in bytes.</summary>
    public long LeastFree { get; init; } = 1024L * 1024 * 1024;

    /// <summary>How old the figures of backlog and disk may be.</summary>
    public TimeSpan FiguresGoodFor { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>Why new work is refused for now.</summary>
internal static class OverloadErrors
{
    public static readonly Error TooMuchToWrite = Errors.Unavailable with { Message = "The server has more to write than it can write in time." };

    public static readonly Error TooMuchUnfinished = Errors.Unavailable with { Message = "The server has too much unfinished work to take in more." };

    public static readonly Error DiskNearlyFull = Errors.Unavailable with { Message = "The server's disk is nearly full, so it takes in no new work." };

    public static readonly Error TooManyAtOnce = Errors.Unavailable with { Message = "More requests are under way than the server takes at once." };

    public static readonly Error Stopping = Errors.Unavailable with { Message = "The server is shutting down." };
}
