using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Delivery;
using Ecodrix.Server.Features.Tenants;
using Ecodrix.Server.Features.Tenants.Audit;
using Ecodrix.Server.Http;
using Ecodrix.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Restores.Holding;

/// <summary>Says what becomes of what a hold after a restore keeps from leaving: of all that was owed before a time, or of one client's.</summary>
/// <remarks>
/// Skipped is what had left before the loss; it never leaves, and what comes after it goes on from when it was owed. What is
/// released leaves. Everybody's release up to now or later ends the hold.
/// </remarks>
internal static class ReleaseWork
{
    /// <param name="DueBefore">What was owed earlier.</param>
    /// <param name="Client">Null for everybody's.</param>
    /// <param name="Skip">Never leaves, instead of leaving now.</param>
    /// <param name="DryRun">Counts and changes nothing.</param>
    public sealed record Request(DateTimeOffset? DueBefore = null, string? Client = null, bool Skip = false, bool DryRun = false)
    {
        /// <summary>Also ends the hold; so does everybody's release up to now or later.</summary>
        public bool End { get; init; }
    }

    /// <summary>What the route is made of.</summary>
    internal readonly record struct Parts(Actor Actor, HoldDoor Holds, IWorkControl Control, ClientsDoor Clients, HeldReleases Releases, AuditLog Audit, ITenantClock Clocks, TimeProvider Clock);

    public static async Task<Results<Ok<ReleaseView>, Failure>> HandleAsync(Request request, [AsParameters] Parts parts, CancellationToken cancellationToken)
    {
        var now = parts.Clock.GetUtcNow();
        if (Check(request, now) is { } refusal)
        {
            return refusal;
        }

        var client = request.Client?.ToUpperInvariant();
        if (client is not null && !await parts.Clients.ExistsAsync(client, cancellationToken))
        {
            return new Failure(TenantErrors.NoSuchClient);
        }

        var hold = await parts.Holds.ReadAsync(cancellationToken);
        if (!hold.IsInForce)
        {
            return new Failure(RestoreErrors.NothingHeld);
        }

        var before = request.DueBefore!.Value;
        var counts = await HeldCounts.OfAsync(parts.Control, parts.Clocks, hold, client, before, cancellationToken);
        if (!request.DryRun)
        {
            var ends = !request.Skip && client is null && (request.End || before >= now);
            hold = await parts.Holds.ChangeAsync(
                known => !known.IsInForce ? null : known.With(client, before, request.Skip) is var next && ends ? next with { EndedAt = now } : next,
                cancellationToken);
            parts.Releases.Ask(client is null ? null : TenantId.Parse(client));
            if (client is not null)
            {
                parts.Releases.Ask(TenantId.Parse(client).Test);
            }

            await parts.Audit.WriteAsync(parts.Actor, request.Skip ? "hold.skipped" : "hold.released", client, Facts(before), cancellationToken);
        }

        return TypedResults.Ok(new ReleaseView(counts, hold.IsInForce, request.DryRun));
    }

    private static Failure? Check(Request request, DateTimeOffset now)
    {
        if (request.DueBefore is not { } before)
        {
            return new Failure(new ValidationErrors("dueBefore", "is required"));
        }

        return request.Skip && before > now
            ? new Failure(new ValidationErrors("dueBefore", "must not be in the future when what was owed before is skipped"))
            : null;
    }

    private static Dictionary<string, string?> Facts(DateTimeOffset before) =>
        new(StringComparer.Ordinal) { ["dueBefore"] = Instants.Write(before) };
}

/// <param name="Counts">What it concerns, by client, as far as it has been come to.</param>
/// <param name="IsHeld">Whether the hold is in force now.</param>
internal sealed record ReleaseView(IReadOnlyList<HeldCount> Counts, bool IsHeld, bool DryRun);

/// <summary>Tells whether nothing leaves, since when, and what was said of it.</summary>
internal static class ShowHold
{
    /// <param name="Since">Null when there never was a hold.</param>
    public sealed record View(bool IsHeld, DateTimeOffset? Since, string? Why, DateTimeOffset? EndedAt, DateTimeOffset? SkipBefore, DateTimeOffset? ReleaseBefore)
    {
        public required IReadOnlyDictionary<string, ReleaseMarks> Clients { get; init; }

        /// <summary>What the hold keeps from leaving, by client.</summary>
        public required IReadOnlyList<HeldCount> Waiting { get; init; }
    }

    public static async Task<Ok<View>> HandleAsync(HoldDoor holds, IWorkControl control, ITenantClock clocks, CancellationToken cancellationToken)
    {
        var hold = await holds.ReadAsync(cancellationToken);
        var waiting = hold.IsInForce ? await HeldCounts.OfAsync(control, clocks, hold, client: null, before: null, cancellationToken) : [];
        return TypedResults.Ok(new View(
            hold.IsInForce,
            hold.Version == 0 ? null : hold.Since,
            hold.Version == 0 ? null : hold.Why,
            hold.Version == 0 ? null : hold.EndedAt,
            hold.Everybody.SkipBefore,
            hold.Everybody.ReleaseBefore)
        {
            Clients = hold.Clients,
            Waiting = waiting,
        });
    }
}
