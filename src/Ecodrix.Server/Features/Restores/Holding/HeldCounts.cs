using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Restores.Holding;

/// <summary>How many effects of one client a hold keeps from leaving.</summary>
/// <param name="Mode"><c>live</c> or <c>test</c>.</param>
internal sealed record HeldCount(string ClientCode, string Mode, int WhatsApp, int Email, int Meetings, int Callbacks)
{
    /// <summary>When the earliest of them was owed.</summary>
    public DateTimeOffset? EarliestAt { get; init; }
}

/// <summary>Counts what a hold keeps from leaving.</summary>
internal static class HeldCounts
{
    /// <param name="client">Null for all.</param>
    /// <param name="before">Only what was owed earlier; null for all.</param>
    /// <returns>By client, the live tenant before its test twin; none with nothing.</returns>
    public static async Task<IReadOnlyList<HeldCount>> OfAsync(
        IWorkControl control, ITenantClock clocks, RestoreHold hold, string? client, DateTimeOffset? before, CancellationToken cancellationToken)
    {
        var counts = new SortedDictionary<string, HeldCount>(StringComparer.Ordinal);
        await foreach (var effect in control.ListHeldAsync(tenant: null, cancellationToken))
        {
            var tenant = TenantId.Parse(effect.Tenant);
            var ahead = clocks.AheadOf(effect.Tenant);
            var owed = effect.OwedAt(hold.Origin + ahead) - ahead;
            if (!string.Equals(effect.Why, hold.Why, StringComparison.Ordinal) || owed >= before || (client is not null && !string.Equals(tenant.Code, client, StringComparison.Ordinal)))
            {
                continue;
            }

            var known = counts.GetValueOrDefault(effect.Tenant, new HeldCount(tenant.Code, tenant.Mode, 0, 0, 0, 0));
            counts[effect.Tenant] = Plus(known, effect) with { EarliestAt = known.EarliestAt < owed ? known.EarliestAt : owed };
        }

        return [.. counts.Values];
    }

    private static HeldCount Plus(HeldCount known, HeldEffect effect) => (effect.Kind, effect.Type) switch
    {
        (HeldKind.Callback, _) => known with { Callbacks = known.Callbacks + 1 },
        (_, "send_email") => known with { Email = known.Email + 1 },
        (_, "create_meet") => known with { Meetings = known.Meetings + 1 },
        _ => known with { WhatsApp = known.WhatsApp + 1 },
    };
}
