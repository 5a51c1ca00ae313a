using System.Text.Json.Nodes;
using Ecodrix.Server.Features.Realtime.Watching;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Server.Features.Realtime.Tokens;

/// <summary>Issues tokens for browsers, which must not hold a key, and knows them again.</summary>
internal sealed class TokenBook(IServicesDatabase services, Watchers watchers, TimeProvider clock)
{
    /// <summary>How many a tenant may have that have not run out.</summary>
    public const int MostLive = 10_000;

    private const int SweptAtOnce = 50;

    private readonly IDocuments<RealtimeToken> tokens = services.Documents<RealtimeToken>();

    /// <summary>From now on the tenant is watched.</summary>
    /// <param name="keyId">The key that asks for it, with which it ends.</param>
    /// <returns>Null when it has too many.</returns>
    public async Task<(string Text, DateTimeOffset ExpiresAt)?> IssueAsync(TenantId tenant, string keyId, TimeSpan lasts, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var past = Condition.Lt("expiresAt", Instants.Write(now));
        await tokens.DeleteManyAsync(past, SweptAtOnce, cancellationToken);

        var live = new Condition.All(Condition.Eq("tenant", (JsonNode)tenant.Value), new Condition.Not(past));
        if (await tokens.CountAsync(live, MostLive, cancellationToken) >= MostLive)
        {
            return null;
        }

        var text = RealtimeToken.NewText();
        var expiresAt = now + lasts;
        var token = new RealtimeToken { Id = RealtimeToken.IdOf(text)!, Tenant = tenant.Value, KeyId = keyId, ExpiresAt = expiresAt };
        await tokens.TryAddAsync(token, cancellationToken);
        await watchers.NoteAsync(tenant, cancellationToken);
        return (text, expiresAt);
    }

    /// <returns>Null when it is no token of ours, or has run out.</returns>
    public async Task<RealtimeToken?> FindAsync(string? text, CancellationToken cancellationToken) =>
        RealtimeToken.IdOf(text) is { } id && await tokens.FindAsync(id, cancellationToken) is { } token && token.ExpiresAt > clock.GetUtcNow() ? token : null;
}
