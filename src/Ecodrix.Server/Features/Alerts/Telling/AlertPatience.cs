namespace Ecodrix.Server.Features.Alerts.Telling;

/// <summary>When a message is tried again. Pure.</summary>
internal static class AlertPatience
{
    private static readonly TimeSpan[] Waits =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30), TimeSpan.FromHours(1),
    ];

    private static readonly TimeSpan Longest = TimeSpan.FromDays(3);

    /// <param name="attempts">How many were made, this one counted; from 1.</param>
    /// <returns>Null when it is old by now: then it is given up.</returns>
    public static DateTimeOffset? Next(int attempts, DateTimeOffset madeAt, DateTimeOffset now) =>
        now - madeAt >= Longest ? null : now + Wait(attempts);

    public static TimeSpan Wait(int attempts) => Waits[Math.Min(attempts, Waits.Length) - 1];
}
