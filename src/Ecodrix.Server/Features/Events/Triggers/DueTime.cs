namespace Ecodrix.Server.Features.Events.Triggers;

/// <summary>When a trigger asks to be run, as it was written. Which combinations mean what is 15-semantics, "Due times".</summary>
internal sealed record DueTime
{
    public DateTimeOffset? RunAt { get; init; }

    public double? DelayMinutes { get; init; }

    public double? DelaySeconds { get; init; }

    /// <summary>What a delay counts from, instead of now.</summary>
    public DateTimeOffset? BaseTime { get; init; }

    public bool SkipsIfPast { get; init; }

    public static readonly TimeSpan Furthest = TimeSpan.FromDays(366);

    public static DueTime Read(FieldReader fields)
    {
        var ifPast = fields.Text("ifPast", 16);
        if (ifPast is not (null or "run" or "skip"))
        {
            fields.Refuse("ifPast", "must be run or skip");
        }

        return new DueTime
        {
            RunAt = fields.Instant("runAt"),
            DelayMinutes = fields.Number("delayMinutes"),
            DelaySeconds = fields.Number("delaySeconds"),
            BaseTime = fields.Instant("baseTime"),
            SkipsIfPast = ifPast is "skip",
        };
    }

    /// <summary>Decides from the time that the trigger was received. Pure.</summary>
    public DueDecision Decide(DateTimeOffset now)
    {
        var given = (string[])[.. Given()];
        if (given.Length > 1)
        {
            return new DueDecision.Refused(given[1], $"cannot be given together with {given[0]}");
        }

        if (BaseTime is not null && (given.Length == 0 || RunAt is not null))
        {
            return new DueDecision.Refused("baseTime", "needs delayMinutes or delaySeconds, which count from it");
        }

        if (given.Length == 0)
        {
            return DueDecision.Now.Instance;
        }

        if (BaseTime is null && (DelayMinutes < 0 || DelaySeconds < 0))
        {
            return new DueDecision.Refused(given[0], "may be negative only with baseTime");
        }

        if (Due(now) is not { } due || due - now > Furthest)
        {
            return new DueDecision.Refused(given[0], "may lie at most 366 days ahead");
        }

        return due > now ? new DueDecision.Later(due)
            : due < now && SkipsIfPast ? new DueDecision.Missed(due)
            : DueDecision.Now.Instance;
    }

    /// <returns>Null when it is beyond all calendars.</returns>
    private DateTimeOffset? Due(DateTimeOffset now)
    {
        if (RunAt is { } runAt)
        {
            return runAt;
        }

        var seconds = DelaySeconds ?? (DelayMinutes!.Value * 60);
        var from = BaseTime ?? now;
        return Math.Abs(seconds) < Furthest.TotalSeconds * 100 && (seconds >= 0 || from - DateTimeOffset.MinValue > TimeSpan.FromSeconds(-seconds))
            ? TryAdd(from, TimeSpan.FromSeconds(seconds))
            : null;
    }

    private static DateTimeOffset? TryAdd(DateTimeOffset from, TimeSpan delay) =>
        delay > DateTimeOffset.MaxValue - from ? null : from + delay;

    private IEnumerable<string> Given()
    {
        if (RunAt is not null)
        {
            yield return "runAt";
        }

        if (DelayMinutes is not null)
        {
            yield return "delayMinutes";
        }

        if (DelaySeconds is not null)
        {
            yield return "delaySeconds";
        }
    }
}

/// <summary>What a trigger's due time comes to. A closed set.</summary>
internal abstract record DueDecision
{
    private DueDecision()
    {
    }

    public sealed record Now : DueDecision
    {
        public static readonly Now Instance = new();
    }

    public sealed record Later(DateTimeOffset At) : DueDecision;

    /// <summary>It lies in the past, and then nothing was to be done.</summary>
    public sealed record Missed(DateTimeOffset At) : DueDecision;

    public sealed record Refused(string Field, string Why) : DueDecision;
}
