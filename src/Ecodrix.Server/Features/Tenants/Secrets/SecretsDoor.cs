using Ecodrix.Channels.Callbacks;
using Ecodrix.Channels.Email;
using Ecodrix.Server.Features.Tenants.Clients;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Tenants.Secrets;

/// <summary>A tenant's accounts at its channels, for the features that send. A test twin has none: it has the sandbox.</summary>
/// <remarks>Every answer may throw <see cref="SealBrokenException"/> when what is stored cannot be read.</remarks>
internal sealed class SecretsDoor(SecretStore store, TenantChanges changes, TimeProvider clock)
{
    private readonly KeptByClient<OpenedSecrets> kept = new(changes);

    /// <returns>Null when the channel is not configured.</returns>
    public async ValueTask<WhatsAppCredentials?> FindWhatsAppAsync(TenantId tenant, CancellationToken cancellationToken) =>
        tenant.IsTest ? null : (await OpenAsync(tenant, cancellationToken))?.WhatsApp;

    /// <returns>Null when the channel is not configured.</returns>
    public async ValueTask<SmtpAccount?> FindSmtpAsync(TenantId tenant, CancellationToken cancellationToken) =>
        tenant.IsTest ? null : (await OpenAsync(tenant, cancellationToken))?.Smtp;

    /// <returns>Null when the channel is not configured.</returns>
    public async ValueTask<GoogleCredentials?> FindGoogleAsync(TenantId tenant, CancellationToken cancellationToken) =>
        tenant.IsTest ? null : (await OpenAsync(tenant, cancellationToken))?.Google;

    /// <returns>What signs now, for live and test alike; null when the client is gone.</returns>
    public async ValueTask<CallbackSecrets?> FindWebhookSecretsAsync(TenantId tenant, CancellationToken cancellationToken) =>
        (await OpenAsync(tenant, cancellationToken))?.WebhookSecretsAt(clock.GetUtcNow());

    /// <summary>Whether an answer failed because what is stored cannot be read with the keys that the server has.</summary>
    public static bool IsUnreadable(Exception failure) => failure is SealBrokenException;

    private ValueTask<OpenedSecrets?> OpenAsync(TenantId tenant, CancellationToken cancellationToken) =>
        kept.GetAsync(tenant.Code, store.ReadAsync, cancellationToken);
}
