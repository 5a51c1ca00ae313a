using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Features.Events;
using Ecodrix.Storage;

namespace Ecodrix.Server.Delivery;

/// <summary>Tells of an effect as a system trigger, where a rule of the tenant listens; nobody pays for what nobody hears.</summary>
/// <remarks>Both are asked for late: rules and triggers are made of the very steps that tell.</remarks>
internal sealed class CausedEvents(Func<IRuleBook> rules, Func<ISystemTriggers> triggers)
{
    /// <param name="causeId">The id of what was sent: telling of it twice is telling once.</param>
    public async Task TellAsync(
        ITenantDatabase database, string trigger, string causeId, string? leadId, Func<JsonObject> content, Lineage lineage, CancellationToken cancellationToken)
    {
        if (leadId is null || !await IsHeardAsync(database, trigger, cancellationToken))
        {
            return;
        }

        await triggers().FireAsync(database, new SystemTrigger(IdOf(causeId, trigger), trigger, leadId, content(), lineage), cancellationToken);
    }

    /// <summary>An id of its own that follows from the cause, so that it cannot be fired twice, and that is nobody's child.</summary>
    internal static string IdOf(string causeId, string trigger)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes($"{causeId}:{trigger}")));
        return $"{causeId[..8]}{hash[..12]}0000";
    }

    private async ValueTask<bool> IsHeardAsync(ITenantDatabase database, string trigger, CancellationToken cancellationToken) =>
        (await rules().ActiveAsync(database, trigger, cancellationToken)).Count > 0
        || await rules().IsAwaitedAsync(database, trigger, cancellationToken);
}
