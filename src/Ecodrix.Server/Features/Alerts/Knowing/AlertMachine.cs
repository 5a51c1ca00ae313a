using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Features.Alerts.Telling;

namespace Ecodrix.Server.Features.Alerts.Knowing;

/// <summary>Something that was found to last.</summary>
/// <param name="Subject">As in <see cref="AlertKind.IdOf"/>.</param>
internal sealed record Sighting(AlertKind Kind, string? Tenant, string? Subject, AlertDetails Details)
{
    public string Id => Kind.IdOf(Tenant, Subject);
}

/// <summary>Something that happened, and does not last.</summary>
/// <param name="Count">How often.</param>
/// <param name="Where">The ids of where it did; empty where it is only counted.</param>
internal sealed record Happening(AlertKind Kind, string? Tenant, int Count, IReadOnlyList<string> Where)
{
    /// <summary>From where was looked; null at the first look, and where nobody looks.</summary>
    public string? From { get; init; }

    /// <summary>Up to where was looked; null where nobody looks.</summary>
    public string? Mark { get; init; }

    public string Id => Kind.IdOf(Tenant, subject: null);
}

/// <summary>Decides what is said, and when: pure, and null where there is nothing to write.</summary>
internal static class AlertMachine
{
    /// <summary>What comes back sooner had not ended.</summary>
    public static readonly TimeSpan Calm = TimeSpan.FromMinutes(2);

    /// <summary>That it still lasts is not worth a write each time that it is seen.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(5);

    private const int MostWhere = 100;

    private const int MostShown = 10;

    /// <summary>More than that is not kept of a matter for a receiver that does not answer; the oldest go.</summary>
    private const int MostPosts = 10;

    /// <summary>It was seen.</summary>
    public static Alert? See(Alert? known, Sighting seen, DateTimeOffset now)
    {
        if (known is null or { IsOver: true })
        {
            return Tell(Begin(known, seen.Id, seen.Kind, seen.Tenant, now) with { Details = seen.Details }, AlertState.Firing, now);
        }

        var next = known with { SeenAt = now, ClearSince = null, Details = seen.Details };
        return now - known.ToldAt >= seen.Kind.RepeatsAfter ? Tell(next, AlertState.Firing, now)
            : known.ClearSince is not null || now - known.SeenAt >= Kept ? next
            : null;
    }

    /// <summary>It was looked for and not seen.</summary>
    public static Alert? Clear(Alert? known, DateTimeOffset now)
    {
        if (known is null or { IsOver: true })
        {
            return null;
        }

        if (known.ClearSince is not { } since)
        {
            return known with { ClearSince = now };
        }

        return now - since < Calm ? null : End(known, now);
    }

    /// <summary>It is certainly over.</summary>
    public static Alert End(Alert known, DateTimeOffset now)
    {
        var over = known with { IsOver = true, ClearSince = null };
        return AlertKind.Of(known.Kind).TellsEnd ? Tell(over, AlertState.Resolved, now) : over;
    }

    /// <summary>It has happened. The first is told at once; what follows soon after is told together.</summary>
    public static Alert? Happen(Alert? known, Happening what, DateTimeOffset now)
    {
        if (what.Mark is not null && !string.Equals(known?.Mark, what.From, StringComparison.Ordinal))
        {
            // Another has counted from there meanwhile.
            return null;
        }

        var before = known ?? Begin(known: null, what.Id, what.Kind, what.Tenant, now) with { IsOver = true };
        var fresh = what.Where.Where(id => !before.Where.Contains(id, StringComparer.Ordinal)).ToList();
        var count = what.Where.Count > 0 ? fresh.Count : what.Count;
        if (count == 0)
        {
            return string.Equals(what.Mark, before.Mark, StringComparison.Ordinal) ? null : before with { Mark = what.Mark };
        }

        var next = before with
        {
            Mark = what.Mark,
            Since = before.Untold == 0 ? now : before.Since,
            SeenAt = now,
            Untold = before.Untold + count,
            Where = [.. before.Where.Concat(fresh).TakeLast(MostWhere)],
        };
        return Due(next, now) ?? next with { DueAt = DueOf(next) };
    }

    /// <summary>Makes a message of what has gathered, if it is time.</summary>
    public static Alert? Due(Alert known, DateTimeOffset now) =>
        known.Untold > 0 && !(now - known.ToldAt < AlertKind.Of(known.Kind).RepeatsAfter)
            ? Tell(
                known with
                {
                    Details = new AlertDetails { Count = known.Untold, EventLogIds = Shown(known) },
                    Untold = 0,
                },
                AlertState.Occurred,
                now)
            : null;

    /// <summary>A worker takes the next message, so that no other tries it meanwhile.</summary>
    public static Alert Take(Alert known, DateTimeOffset until) => known with { DueAt = until };

    /// <summary>What follows from an attempt.</summary>
    /// <param name="again">When it is tried again; null when it is delivered, or given up.</param>
    public static Alert? Tried(Alert known, string post, DateTimeOffset? again)
    {
        var tried = known.Posts.FirstOrDefault(one => string.Equals(one.Id, post, StringComparison.Ordinal));
        if (tried is null)
        {
            return null;
        }

        var next = known with
        {
            Posts = again is { } at
                ? [.. known.Posts.Select(one => ReferenceEquals(one, tried) ? one with { Attempts = one.Attempts + 1, DueAt = at } : one)]
                : [.. known.Posts.Where(one => !ReferenceEquals(one, tried))],
        };
        return next with { DueAt = DueOf(next) };
    }

    private static IReadOnlyList<string>? Shown(Alert alert) => alert.Where.Count > 0
        ? [.. alert.Where.TakeLast(alert.Untold).Select(WorkIds.EventOf).Distinct(StringComparer.Ordinal).TakeLast(MostShown)]
        : null;

    private static Alert Begin(Alert? known, string id, AlertKind kind, string? tenant, DateTimeOffset now) =>
        known is null
            ? new Alert { Id = id, Version = 0, Kind = kind.Name, Tenant = tenant, Episode = 1, Since = now, SeenAt = now }
            : known with { Episode = known.Episode + 1, IsOver = false, ClearSince = null, Since = now, SeenAt = now, Told = 0, ToldAt = null };

    private static Alert Tell(Alert alert, AlertState state, DateTimeOffset now)
    {
        var id = AlertForm.IdOf(alert, state);
        var post = new AlertPost(id, AlertForm.Write(alert, state, id, now), now, now, Attempts: 0);
        var next = alert with { Told = alert.Told + 1, ToldAt = now, Posts = [.. alert.Posts.Append(post).TakeLast(MostPosts)] };
        return next with { DueAt = DueOf(next) };
    }

    private static DateTimeOffset? DueOf(Alert alert) =>
        alert.Posts.Count > 0 ? alert.Posts[0].DueAt
        : alert.Untold > 0 ? alert.ToldAt + AlertKind.Of(alert.Kind).RepeatsAfter
        : null;
}
