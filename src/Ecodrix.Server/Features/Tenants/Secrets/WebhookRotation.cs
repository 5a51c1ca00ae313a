using Ecodrix.Server.Features.Tenants.Audit;
using Ecodrix.Server.Features.Tenants.Clients;
using Ecodrix.Server.Features.Tenants.Keys;

namespace Ecodrix.Server.Features.Tenants.Secrets;

/// <summary>Replaces a client's webhook secret with an overlap in which both sign (10-engine, "Callbacks").</summary>
internal sealed class WebhookRotation(SecretStore secrets, TenantChanges changes, AuditLog audit, TimeProvider clock)
{
    /// <returns>The new secret and when the old one ends; null while an earlier rotation is not over.</returns>
    public async Task<Rotated?> RotateAsync(string client, TimeSpan grace, Actor actor, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var rotated = new Rotated(KeyText.NewWebhookSecret(), grace > TimeSpan.Zero ? now + grace : null);

        var (_, changed) = await secrets.ChangeAsync(
            client,
            stored => stored.IsRotatingAt(now) ? null : ChangeOf(stored, rotated),
            cancellationToken);

        if (!changed)
        {
            return null;
        }

        await changes.AnnounceAsync(client, cancellationToken);
        await audit.WriteAsync(actor, "webhookSecret.rotated", client, cancellationToken);
        return rotated;
    }

    /// <summary>Ends the overlap. Where there is none, nothing changes.</summary>
    public async Task CompleteAsync(string client, Actor actor, CancellationToken cancellationToken)
    {
        var (_, changed) = await secrets.ChangeAsync(client, stored => stored.Has(SecretName.PreviousWebhookSecret) ? WithoutPrevious() : null, cancellationToken);
        if (changed)
        {
            await changes.AnnounceAsync(client, cancellationToken);
            await audit.WriteAsync(actor, "webhookSecret.rotationCompleted", client, cancellationToken);
        }
    }

    private static SecretsChange ChangeOf(OpenedSecrets stored, Rotated rotated)
    {
        var values = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            [SecretName.AutomationWebhookSecret] = rotated.WebhookSecret,
            [SecretName.PreviousWebhookSecret] = rotated.PreviousUntil is null ? null : stored.Find(SecretName.AutomationWebhookSecret),
        };
        return new SecretsChange(values, rotated.PreviousUntil);
    }

    private static SecretsChange WithoutPrevious() =>
        new(new Dictionary<string, string?>(StringComparer.Ordinal) { [SecretName.PreviousWebhookSecret] = null }, null);
}

/// <param name="WebhookSecret">Shown this once.</param>
/// <param name="PreviousUntil">Until when the one before signs too; null when it ended at once.</param>
internal sealed record Rotated(string WebhookSecret, DateTimeOffset? PreviousUntil)
{
    /// <summary>Names no secret.</summary>
    public override string ToString() => "Rotated webhook secret";
}
