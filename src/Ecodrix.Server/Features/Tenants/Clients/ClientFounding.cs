using Ecodrix.Server.Features.Tenants.Keys;
using Ecodrix.Server.Features.Tenants.Secrets;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Tenants.Clients;

/// <summary>Makes a client with all that it needs: its code, both databases, its webhook secret, a live and a test key.</summary>
/// <remarks>
/// The code is reserved first and the client becomes active last. A crash in between leaves a reservation that no key
/// opens; after a minute the same request takes it over and makes the rest again, each part of which can be made twice.
/// </remarks>
internal sealed class ClientFounding(
    ClientRegistry clients, KeyStore keys, SecretStore secrets, ITenantDatabases databases, TimeProvider clock)
{
    private static readonly TimeSpan Abandoned = TimeSpan.FromSeconds(60);

    /// <param name="draft">The client as it shall be; its status is not looked at.</param>
    /// <param name="apiKey">A live key that the client brings along, or null for a new one.</param>
    /// <param name="webhookSecret">Likewise.</param>
    public async Task<Founding> FoundAsync(Client draft, string? apiKey, string? webhookSecret, CancellationToken cancellationToken)
    {
        if (await ReserveAsync(draft, cancellationToken) is not { } reserved)
        {
            return new Founding.CodeTaken();
        }

        var now = clock.GetUtcNow();
        var made = new Founding.Made(reserved.Id, apiKey ?? KeyText.NewKey(KeyMode.Live), KeyText.NewKey(KeyMode.Test), webhookSecret ?? KeyText.NewWebhookSecret());

        // A founding that was cut short may have left keys that nobody was shown.
        await keys.DeleteAllAsync(reserved.Id, cancellationToken);
        if (!await keys.TryAddAsync(ApiKey.Of(made.ApiKey, reserved.Id, "default", KeyMode.Live, now), cancellationToken))
        {
            await clients.ReleaseAsync(reserved.Id, cancellationToken);
            return new Founding.KeyTaken();
        }

        await keys.TryAddAsync(ApiKey.Of(made.TestApiKey, reserved.Id, "default", KeyMode.Test, now), cancellationToken);
        await secrets.ChangeAsync(reserved.Id, _ => SecretsChange.Of(SecretName.AutomationWebhookSecret, made.WebhookSecret), cancellationToken);
        await databases.CreateAsync(reserved.Tenant, cancellationToken);
        await databases.CreateAsync(reserved.Tenant.Test, cancellationToken);

        return await clients.TryReplaceAsync(reserved.Next() with { Status = ClientStatus.Active }, cancellationToken)
            ? made
            : new Founding.CodeTaken();
    }

    private async Task<Client?> ReserveAsync(Client draft, CancellationToken cancellationToken)
    {
        var reservation = draft with { Version = 1, Status = ClientStatus.Creating, CreatedAt = clock.GetUtcNow() };
        if (await clients.TryReserveAsync(reservation, cancellationToken))
        {
            return reservation;
        }

        if (await clients.FindAnyAsync(draft.Id, cancellationToken) is not { Status: ClientStatus.Creating } left
            || clock.GetUtcNow() - left.CreatedAt < Abandoned)
        {
            return null;
        }

        var takenOver = reservation with { Version = left.Version + 1 };
        return await clients.TryReplaceAsync(takenOver, cancellationToken) ? takenOver : null;
    }
}

/// <summary>What became of a founding.</summary>
internal abstract record Founding
{
    private Founding()
    {
    }

    /// <summary>The only time that these are known.</summary>
    public sealed record Made(string ClientCode, string ApiKey, string TestApiKey, string WebhookSecret) : Founding
    {
        /// <summary>Names no secret.</summary>
        public override string ToString() => $"Client {ClientCode}";
    }

    public sealed record CodeTaken : Founding;

    public sealed record KeyTaken : Founding;
}
