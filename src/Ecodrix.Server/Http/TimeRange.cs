namespace Ecodrix.Server.Http;

/// <summary>From when to when an action on history goes, as a body gives it: <c>since</c>, which must be there, and <c>until</c>, by default now.</summary>
internal static class TimeRange
{
    /// <returns>The range, its end no later than now; or what is wrong.</returns>
    public static (HistoryRange? Range, Failure? Refusal) Read(DateTimeOffset? since, DateTimeOffset? until, DateTimeOffset now)
    {
        if (since is not { } from)
        {
            return (null, new Failure(new ValidationErrors("since", "is required: a time such as 2026-03-15T09:30:00.000Z")));
        }

        var end = until is { } given && given < now ? given : now;
        return from < end
            ? (new HistoryRange(from, end), null)
            : (null, new Failure(new ValidationErrors(until is null ? "since" : "until", until is null ? "must lie in the past" : "must lie after since, and since in the past")));
    }
}
