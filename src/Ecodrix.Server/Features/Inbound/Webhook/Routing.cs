using Ecodrix.Server.Features.Tenants.Secrets;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Inbound.Webhook;

/// <summary>Whose each change of a post is, and whether the post's signature is good for it. Pure.</summary>
/// <param name="ByOwner">What is taken, by client.</param>
/// <param name="Nobodys">What the app-wide secret verified and no client has.</param>
/// <param name="Dropped">How many changes needed another secret.</param>
internal sealed record Routing(IReadOnlyDictionary<TenantId, IReadOnlyList<WebhookChange>> ByOwner, IReadOnlyList<WebhookChange> Nobodys, int Dropped)
{
    /// <param name="ownersOf">The owners of a change; empty when it is nobody's.</param>
    /// <param name="isGoodFor">Whether the signature verifies under an owner's own secret, or under the app-wide one where it has none.</param>
    /// <param name="isAppWide">Whether the signature verifies under the app-wide secret.</param>
    public static Routing Of(
        IEnumerable<WebhookChange> changes, Func<WebhookChange, IReadOnlyList<WhatsAppOwner>> ownersOf, Func<WhatsAppOwner, bool> isGoodFor, bool isAppWide)
    {
        var taken = new Dictionary<TenantId, List<WebhookChange>>();
        var (nobodys, dropped) = (new List<WebhookChange>(), 0);
        foreach (var change in changes)
        {
            var owners = ownersOf(change);
            if (owners.Count == 0 && isAppWide && change.Key is not null)
            {
                nobodys.Add(change);
            }

            dropped += owners.Count == 0 && !(isAppWide && change.Key is not null) ? 1 : 0;
            foreach (var owner in owners)
            {
                if (!isGoodFor(owner))
                {
                    dropped++;
                    continue;
                }

                if (!taken.TryGetValue(owner.Tenant, out var own))
                {
                    taken[owner.Tenant] = own = [];
                }

                own.Add(change);
            }
        }

        return new Routing(taken.ToDictionary(entry => entry.Key, IReadOnlyList<WebhookChange> (entry) => entry.Value), nobodys, dropped);
    }
}
