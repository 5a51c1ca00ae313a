using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Features.Restores.Holding;
using Ecodrix.Server.Features.Tenants.Clients;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Restores;

/// <summary>Whether effects leave at all: answered from memory, true to within a second.</summary>
internal sealed class HoldDoor(IServicesDatabase services, TenantChanges changes, ITenantClock clocks, TimeProvider clock)
{
    /// <summary>Under this name a change is announced; no client has such a code.</summary>
    private const string Everybody = "*hold";

    private const string Skipped = "skipped by the operator after a restore: it was owed before the time that was named";

    /// <summary>Under releases that got lost lies this look.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromDays(1);

    private readonly IDocuments<RestoreHold> holds = services.Documents<RestoreHold>();

    private readonly KeptByClient<RestoreHold> kept = new(changes);

    /// <returns>Null when the effect may leave.</returns>
    public async ValueTask<HeldBack?> OfEffectAsync(TenantId tenant, OwedAt owedAt, CancellationToken cancellationToken)
    {
        var hold = await CurrentAsync(cancellationToken);
        if (hold.IsSilent)
        {
            return null;
        }

        var ahead = clocks.AheadOf(tenant.Value);
        var owed = owedAt(hold.Origin + ahead);
        return hold.Decide(tenant.Code, owed - ahead) switch
        {
            HoldVerdict.Goes => null,
            HoldVerdict.Skips => new HeldBack(Skipped) { IsSkipped = true, OwedAt = owed },
            _ => new HeldBack(hold.Why, clock.GetUtcNow() + LookAgain) { OwedAt = owed },
        };
    }

    /// <returns>From when on due times were set anew, as the tenant's clock goes; null when no restore is remembered.</returns>
    public async ValueTask<DateTimeOffset?> OriginAsync(TenantId tenant, CancellationToken cancellationToken) =>
        await CurrentAsync(cancellationToken) is { IsSilent: false } hold ? hold.Origin + clocks.AheadOf(tenant.Value) : null;

    /// <returns>Since when and why nothing leaves; null when it does.</returns>
    public async ValueTask<HoldView?> InForceAsync(CancellationToken cancellationToken) =>
        await CurrentAsync(cancellationToken) is { IsInForce: true } hold ? new HoldView(hold.Since, hold.Why) : null;

    /// <summary>The hold as it is kept; <see cref="RestoreHold.Never"/> when there never was one.</summary>
    public async Task<RestoreHold> ReadAsync(CancellationToken cancellationToken) =>
        await holds.FindAsync(RestoreHold.TheOne, cancellationToken) ?? RestoreHold.Never;

    /// <summary>Begins a hold before anything is worked on. One that is in force stays as it is.</summary>
    public Task BeginAsync(string why, CancellationToken cancellationToken) => ChangeAsync(
        hold =>
        {
            var now = clock.GetUtcNow();
            return hold.IsInForce ? null : hold with
            {
                Version = hold.Version + 1,
                Why = why,
                Since = now,
                Origin = hold.IsSilent ? now : hold.Origin,
                EndedAt = null,
                Everybody = hold.Everybody with { ReleaseBefore = null },
            };
        },
        cancellationToken);

    /// <summary>Applies one pure change, again when someone else was first, and makes it known.</summary>
    /// <param name="change">Null leaves it as it is.</param>
    /// <returns>The hold as it is now.</returns>
    public async Task<RestoreHold> ChangeAsync(Func<RestoreHold, RestoreHold?> change, CancellationToken cancellationToken)
    {
        while (true)
        {
            var hold = await ReadAsync(cancellationToken);
            if (change(hold) is not { } next)
            {
                return hold;
            }

            if (hold.Version == 0 ? await holds.TryAddAsync(next, cancellationToken) : await holds.TryReplaceAsync(next, cancellationToken))
            {
                await changes.AnnounceAsync(Everybody, cancellationToken);
                return next;
            }
        }
    }

    private async ValueTask<RestoreHold> CurrentAsync(CancellationToken cancellationToken) =>
        (await kept.GetAsync(Everybody, async (_, token) => await ReadAsync(token), cancellationToken))!;
}

/// <param name="Why">As the end of a sentence that begins with what is held.</param>
internal sealed record HoldView(DateTimeOffset Since, string Why);
