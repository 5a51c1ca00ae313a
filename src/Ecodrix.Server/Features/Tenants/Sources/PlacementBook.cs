using Ecodrix.Server.Features.Tenants.Clients;
using Ecodrix.Server.Features.Tenants.Secrets;

namespace Ecodrix.Server.Features.Tenants.Sources;

/// <summary>How long the parts of a switch may take.</summary>
internal sealed record SwitchTimes
{
    /// <summary>After which a hold ends by itself.</summary>
    public TimeSpan Hold { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>After which every process knows of a hold, and what was under way at the databases has ended.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>Changes where a client's databases are. Every step is one change of one document, and only the hold's owner switches.</summary>
internal sealed class PlacementBook(SecretStore secrets, TenantChanges changes, SwitchTimes times, TimeProvider clock)
{
    /// <returns>As it is stored, and not as it is remembered.</returns>
    public async Task<Placement> ReadAsync(string client, CancellationToken cancellationToken) => Placement.Of(await secrets.ReadAsync(client, cancellationToken));

    /// <summary>Keeps everybody away, and returns once nobody is there. Asked again by its owner it holds longer.</summary>
    /// <returns>False when somebody else holds.</returns>
    public async Task<bool> TryHoldAsync(string client, string token, CancellationToken cancellationToken)
    {
        var isNew = false;
        var held = await ChangeAsync(
            client,
            placement =>
            {
                isNew = !IsHeldBy(placement, token);
                return !isNew || placement.Hold is not { } other || other.Until <= clock.GetUtcNow()
                    ? new Dictionary<string, string?>(StringComparer.Ordinal) { [SecretName.MoveHold] = new MoveHold(token, clock.GetUtcNow() + times.Hold).Text }
                    : null;
            },
            cancellationToken);
        if (held && isNew && times.Settle > TimeSpan.Zero)
        {
            await Task.Delay(times.Settle, clock, cancellationToken);
        }

        return held;
    }

    /// <summary>Moves to another address and ends the hold, both at once.</summary>
    /// <param name="uri">Null for where most are.</param>
    /// <returns>False when the hold is not this one's any more; nothing was changed.</returns>
    public Task<bool> TrySwitchAsync(string client, string token, string? uri, CancellationToken cancellationToken) => ChangeAsync(
        client,
        placement => IsHeldBy(placement, token)
            ? new Dictionary<string, string?>(StringComparer.Ordinal) { [SecretName.DataSource] = uri, [SecretName.MoveHold] = null }
            : null,
        cancellationToken);

    /// <summary>Returns once every process knows where they are, and what was under way where they were has ended.</summary>
    public async Task SettleAsync(string client, CancellationToken cancellationToken)
    {
        // Once more: who switched may have died before it told anyone.
        await changes.AnnounceAsync(client, cancellationToken);
        if (times.Settle > TimeSpan.Zero)
        {
            await Task.Delay(times.Settle, clock, cancellationToken);
        }
    }

    /// <summary>Ends a hold that is still this one's.</summary>
    public Task ReleaseAsync(string client, string token, CancellationToken cancellationToken) => ChangeAsync(
        client,
        placement => string.Equals(placement.Hold?.Token, token, StringComparison.Ordinal)
            ? new Dictionary<string, string?>(StringComparer.Ordinal) { [SecretName.MoveHold] = null }
            : null,
        cancellationToken);

    private bool IsHeldBy(Placement placement, string token) =>
        placement.Hold is { } hold && string.Equals(hold.Token, token, StringComparison.Ordinal) && hold.Until > clock.GetUtcNow();

    private async Task<bool> ChangeAsync(string client, Func<Placement, Dictionary<string, string?>?> change, CancellationToken cancellationToken)
    {
        var (_, changed) = await secrets.ChangeAsync(
            client,
            stored => change(Placement.Of(stored)) is { } values ? new SecretsChange(values, stored.PreviousWebhookSecretUntil) : null,
            cancellationToken);
        if (changed)
        {
            await changes.AnnounceAsync(client, cancellationToken);
        }

        return changed;
    }
}
