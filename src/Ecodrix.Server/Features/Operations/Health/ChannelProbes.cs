using System.Collections.Concurrent;
using Ecodrix.Channels;
using Ecodrix.Channels.Email;
using Ecodrix.Channels.Meet;
using Ecodrix.Channels.WhatsApp;
using Ecodrix.Server.Configuration;
using Ecodrix.Server.Features.Tenants.Secrets;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Operations.Health;

/// <summary>Asks a client's channels how they are, when someone wants to know and at most every five minutes.</summary>
internal sealed class ChannelProbes(
    SecretsDoor secrets, Settings settings, WhatsAppTemplates whatsapp, EmailSender email, GoogleCalendar calendar, TimeProvider clock)
{
    private static readonly TimeSpan Believed = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<(TenantId Tenant, string Service), Seen> seen = new();

    public Task<ServiceState> WhatsAppAsync(TenantId tenant, CancellationToken cancellationToken) => ReadableAsync(async () =>
    {
        var found = await secrets.FindWhatsAppAsync(tenant, cancellationToken);
        return found switch
        {
            null => Absent(tenant),
            // Without a business account there is nothing that can be asked without sending.
            { BusinessId: null } => ServiceState.Configured,
            { BusinessId: { } business } => await ProbeAsync(
                (tenant, "whatsapp"), found, token => AskAsync(new WhatsAppAccount(settings.MetaBaseUrl, found.PhoneNumberId, business, found.Token), token), cancellationToken),
        };
    });

    public Task<ServiceState> EmailAsync(TenantId tenant, CancellationToken cancellationToken) => ReadableAsync(async () =>
        await secrets.FindSmtpAsync(tenant, cancellationToken) is { } found
            ? await ProbeAsync((tenant, "email"), found, token => email.ProbeAsync(found, token), cancellationToken)
            : Absent(tenant));

    public Task<ServiceState> MeetAsync(TenantId tenant, CancellationToken cancellationToken) => ReadableAsync(async () =>
    {
        if (await secrets.FindGoogleAsync(tenant, cancellationToken) is not { } found)
        {
            return Absent(tenant);
        }

        return (found.ClientId ?? settings.GoogleClientId, found.ClientSecret ?? settings.GoogleClientSecret) is ({ } id, { } secret)
            ? await ProbeAsync((tenant, "googleMeet"), found, token => calendar.ProbeAsync(new GoogleAccount(id, secret, found.RefreshToken), token), cancellationToken)
            : ServiceState.Error("No OAuth client is configured for this Google account.");
    });

    private static async Task<ServiceState> ReadableAsync(Func<Task<ServiceState>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception failure) when (SecretsDoor.IsUnreadable(failure))
        {
            return ServiceState.Error("Its secrets cannot be read with the server's encryption key. Set them again.");
        }
    }

    private async Task<DeliveryResult?> AskAsync(WhatsAppAccount account, CancellationToken cancellationToken)
    {
        await foreach (var page in whatsapp.ListAsync(account, cancellationToken))
        {
            return page.Problem;
        }

        return null;
    }

    /// <summary>A test twin always has the sandbox, a live client in development when nothing else is configured.</summary>
    private ServiceState Absent(TenantId tenant) =>
        tenant.IsTest || settings.IsDevelopment ? ServiceState.Sandbox : ServiceState.NotConfigured;

    private async Task<ServiceState> ProbeAsync(
        (TenantId Tenant, string Service) key, object account, Func<CancellationToken, Task<DeliveryResult?>> ask, CancellationToken cancellationToken)
    {
        if (seen.TryGetValue(key, out var last) && last.Account.Equals(account) && clock.GetElapsedTime(last.At) < Believed)
        {
            return last.State;
        }

        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        ServiceState state;
        try
        {
            state = Judge(await ask(either.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            state = ServiceState.Error("It did not answer within 5 seconds.");
        }

        seen[key] = new Seen(account, state, clock.GetTimestamp());
        return state;
    }

    private static ServiceState Judge(DeliveryResult? problem) => problem switch
    {
        null => ServiceState.Connected,
        DeliveryResult.Refused refused => ServiceState.Error($"{refused.Code}: {refused.Why}"),
        DeliveryResult.TryLater later => ServiceState.Error(later.Why),
        DeliveryResult.Unknown unknown => ServiceState.Error(unknown.Why),
        _ => ServiceState.Configured,
    };

    /// <param name="Account">What was asked with: new credentials are asked anew.</param>
    private sealed record Seen(object Account, ServiceState State, long At);
}
