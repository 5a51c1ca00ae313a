using System.Globalization;
using Ecodrix.Engine.Jobs;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;
using Microsoft.AspNetCore.Http.Features;

namespace Ecodrix.Server.Http;

/// <summary>From when to when a list of history goes: <c>startDate</c> and <c>endDate</c>, both inclusive; the last 7 days when neither is given.</summary>
/// <remarks>Either is a time with an offset, or a day of the tenant's calendar.</remarks>
/// <param name="From">Null for no lower bound.</param>
/// <param name="Until">Exclusive; null for no upper bound.</param>
internal sealed record HistoryRange(DateTimeOffset? From, DateTimeOffset? Until)
{
    private static readonly TimeSpan LookBack = TimeSpan.FromDays(7);

    private const string Day = "yyyy-MM-dd";

    /// <exception cref="RefusedException">A bound is no time and no day.</exception>
    public static ValueTask<HistoryRange> BindAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var caller = context.Features.GetRequiredFeature<Caller>();
        var zone = caller.Client.Zone;
        var errors = new ValidationErrors();
        var from = Read(query["startDate"], "startDate", zone, endsDay: false, errors);
        var until = Read(query["endDate"], "endDate", zone, endsDay: true, errors);
        if (from >= until)
        {
            errors.Add("endDate", "must not lie before startDate");
        }

        if (errors.Any)
        {
            throw new RefusedException(new Failure(errors));
        }

        var clocks = context.RequestServices.GetRequiredService<ITenantClock>();
        return ValueTask.FromResult(new HistoryRange(from ?? (until is null ? clocks.Now(caller.Tenant) - LookBack : null), until));
    }

    /// <summary>Ids are made in the order of time, so a range of time is a range of ids, and needs no index of its own.</summary>
    public IEnumerable<Condition> Conditions()
    {
        if (From is { } from)
        {
            yield return Condition.Gte("_id", DocumentId.LowerBound(from));
            yield return Condition.Gte("createdAt", Instants.Write(from));
        }

        if (Until is { } until)
        {
            yield return Condition.Lt("_id", DocumentId.LowerBound(until.AddSeconds(1)));
            yield return Condition.Lt("createdAt", Instants.Write(until));
        }
    }

    private static DateTimeOffset? Read(string? text, string name, TimeZoneInfo zone, bool endsDay, ValidationErrors errors)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (DateOnly.TryParseExact(text, Day, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            return WallClock.StartOf(endsDay ? day.AddDays(1) : day, zone);
        }

        if (Instants.TryParse(text, out var instant))
        {
            return endsDay ? instant.AddMilliseconds(1) : instant;
        }

        errors.Add(name, "must be a time such as 2026-03-15T09:30:00.000Z or a day such as 2026-03-15");
        return null;
    }
}
