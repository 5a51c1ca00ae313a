namespace Ecodrix.Channels.Callbacks;

/// <summary>When a callback is tried: ten times over about three days. Pure; the jitter is given.</summary>
public static class CallbackSchedule
{
    private const double Spread = 0.2;

    private static readonly TimeSpan[] Waits =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5),
        TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    /// <summary>How many attempts there are, the first included.</summary>
    public static int Attempts => Waits.Length + 1;

    /// <summary>The time of the next attempt after <paramref name="made"/> of them failed; null when that was the last.</summary>
    /// <param name="notBefore">What the receiver asked for; it can delay the attempt, never hasten it.</param>
    /// <param name="jitter">From 0 to 1; one half leaves the wait as it stands in the table.</param>
    public static DateTimeOffset? Next(int made, DateTimeOffset now, DateTimeOffset? notBefore, double jitter)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(made, 1);
        if (made > Waits.Length)
        {
            return null;
        }

        var due = now + (Waits[made - 1] * (1 - Spread + (2 * Spread * jitter)));
        return notBefore > due ? notBefore : due;
    }
}
