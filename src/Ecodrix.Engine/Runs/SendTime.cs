using Ecodrix.Engine.Definitions;
using Ecodrix.Engine.Steps;
using Ecodrix.Storage;

namespace Ecodrix.Engine.Runs;

/// <summary>Whether a due step may go now. Pure.</summary>
internal static class SendTime
{
    /// <param name="quiet">The hours in which the step waits; null when it never does.</param>
    /// <param name="zone">The tenant's.</param>
    /// <returns>Null when it may go; else what becomes of it.</returns>
    public static StepOutcome? Decide(Step step, TimeSpan expiresAfter, QuietHours? quiet, TimeZoneInfo zone, DateTimeOffset now)
    {
        // What may have been sent already is for its handler to settle, whatever the hour.
        if (step.EffectStartedAt is not null)
        {
            return null;
        }

        var due = step.DueAt ?? now;
        if (expiresAfter > TimeSpan.Zero && now > (quiet?.EndFrom(due, zone) ?? due) + expiresAfter)
        {
            return new StepOutcome.Skipped("expired");
        }

        return quiet?.EndFrom(now, zone) is { } end && end > now
            ? new StepOutcome.HoldUntil(end, $"quiet hours until {Instants.Write(end)}")
            : null;
    }
}
