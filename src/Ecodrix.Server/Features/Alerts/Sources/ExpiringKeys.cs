using Ecodrix.Server.Features.Alerts.Knowing;
using Ecodrix.Server.Features.Tenants;
using Ecodrix.Server.Instances;

namespace Ecodrix.Server.Features.Alerts.Sources;

/// <summary>Which API keys end within 7 days. One that was made for a shorter time ends as it was meant to, and nothing is said of it.</summary>
internal sealed class ExpiringKeys(KeyExpiryDoor keys, AlertBook book, LastingAlerts alerts, Rounds rounds, TimeProvider clock) : IAlertLook
{
    public static readonly TimeSpan Ahead = TimeSpan.FromDays(7);

    public const string Token = "apiKey";

    public TimeSpan Every { get; } = TimeSpan.FromHours(1);

    public async Task LookAsync(CancellationToken cancellationToken)
    {
        if (!await rounds.TryBeginAsync("alerts of keys", Every, cancellationToken))
        {
            return;
        }

        var now = clock.GetUtcNow();
        var seen = (await keys.ListAsync(now, now + Ahead, cancellationToken))
            .Where(key => key.ExpiresAt - key.CreatedAt > Ahead)
            .Select(key => new Sighting(AlertKind.TokenExpiring, key.Tenant.Value, key.KeyId, new AlertDetails { Token = Token, KeyId = key.KeyId, ExpiresAt = key.ExpiresAt }))
            .ToList();
        await alerts.SeeAsync(seen, cancellationToken);
        await alerts.EndAsync(AlertKind.TokenExpiring, seen, alert => Task.FromResult(alert.Details.Token is Token), cancellationToken);
        await book.ForgetAsync(AlertKind.TokenExpiring, cancellationToken);
    }
}
