using Ecodrix.Channels.WhatsApp;
using Ecodrix.Server.Configuration;
using Ecodrix.Server.Delivery;
using Ecodrix.Server.Features.Alerts.Knowing;
using Ecodrix.Server.Features.Tenants;
using Ecodrix.Server.Features.Tenants.Secrets;
using Ecodrix.Server.Instances;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Alerts.Sources;

/// <summary>Whose WhatsApp token ends within 7 days: Meta is asked about each client's once in half a day, one after the other.</summary>
/// <remarks>Of Google's refresh tokens nobody tells when they end; one that has is told as a refused account.</remarks>
internal sealed class ExpiringTokens(WhatsAppTokenClock tokens, ClientsDoor clients, AlertBook book, Rounds rounds, TimeProvider clock) : IAlertLook
{
    public const string Token = "whatsappToken";

    private const int AtOnce = 200;

    public TimeSpan Every { get; } = TimeSpan.FromHours(12);

    public async Task LookAsync(CancellationToken cancellationToken)
    {
        if (!await rounds.TryBeginAsync("alerts of tokens", Every, cancellationToken))
        {
            return;
        }

        IReadOnlyList<ListedClient> page;
        for (var skip = 0; (page = await clients.ListAsync(skip, AtOnce, cancellationToken)).Count > 0; skip += AtOnce)
        {
            foreach (var client in page)
            {
                await LookAsync(client.TenantOf(isTest: false), cancellationToken);
            }
        }
    }

    private async Task LookAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var answer = await tokens.AskAsync(tenant, cancellationToken);
        if (answer is TokenAnswer.Unclear)
        {
            return;
        }

        var seen = new Sighting(AlertKind.TokenExpiring, tenant.Value, Token, new AlertDetails { Token = Token, ExpiresAt = (answer as TokenAnswer.Ends)?.At });
        await (seen.Details.ExpiresAt <= now + ExpiringKeys.Ahead
            ? book.SeeAsync(seen, cancellationToken)
            : book.ChangeAsync(seen.Id, known => known is { IsOver: false } ? AlertMachine.End(known, now) : null, cancellationToken));
    }
}

/// <summary>What Meta says of a client's token. A closed set.</summary>
internal abstract record TokenAnswer
{
    private TokenAnswer()
    {
    }

    public sealed record Ends(DateTimeOffset At) : TokenAnswer;

    /// <summary>Also where there is no token.</summary>
    public sealed record Stays : TokenAnswer;

    /// <summary>There is no answer to go by.</summary>
    public sealed record Unclear : TokenAnswer;
}

/// <summary>Asks Meta when a client's token ends. One that is refused is told as a refused account.</summary>
internal sealed class WhatsAppTokenClock(SecretsDoor secrets, WhatsAppTokens tokens, Settings settings, IAccountNews accounts)
{
    public async Task<TokenAnswer> AskAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        try
        {
            if (await secrets.FindWhatsAppAsync(tenant, cancellationToken) is not { } found)
            {
                return new TokenAnswer.Stays();
            }

            var account = new WhatsAppAccount(settings.MetaBaseUrl, found.PhoneNumberId, found.BusinessId ?? string.Empty, found.Token);
            var term = await tokens.AskAsync(account, cancellationToken);
            if (term.Problem is { } problem)
            {
                accounts.Heard(tenant, ChannelHealth.WhatsApp, problem);
                return new TokenAnswer.Unclear();
            }

            return term.EndsAt is { } end ? new TokenAnswer.Ends(end) : new TokenAnswer.Stays();
        }
        catch (Exception failure) when (SecretsDoor.IsUnreadable(failure))
        {
            return new TokenAnswer.Unclear();
        }
    }
}
