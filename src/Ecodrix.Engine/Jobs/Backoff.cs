namespace Ecodrix.Engine.Jobs;

/// <summary>When something that did not happen is tried again: five attempts, after 5 s, 30 s, 2 min and 10 min, each ± 20 %.</summary>
internal static class Backoff
{
    public const int MaxAttempts = 5;

    /// <summary>The wait where the outside world only asks for patience and no attempt was made.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private const double Spread = 0.2;

    private static readonly TimeSpan[] Delays =
        [TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10)];

    /// <param name="attempts">How many were made; 1 or more. After the last delay every further one is the same.</param>
    /// <param name="jitter">-1 to 1.</param>
    public static TimeSpan After(int attempts, double jitter) =>
        Delays[Math.Clamp(attempts, 1, Delays.Length) - 1] * (1 + (Spread * Math.Clamp(jitter, -1, 1)));

    /// <summary>Never at once again: a world that answers "now" would be asked without pause.</summary>
    public static DateTimeOffset NotBefore(DateTimeOffset? asked, DateTimeOffset fallback, DateTimeOffset now) =>
        asked is null ? fallback : asked > now ? asked.Value : now + TimeSpan.FromSeconds(1);
}
