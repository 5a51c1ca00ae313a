using System.Collections.Concurrent;
using Ecodrix.Server.Delivery;
using Ecodrix.Server.Features.Alerts.Knowing;
using Ecodrix.Server.Features.Alerts.Telling;
using Ecodrix.Server.Features.Operations;
using Ecodrix.Server.Instances;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Alerts.Sources;

/// <summary>Whose account a provider refuses: heard from the channels as it happens, and asked of the provider until it is over.</summary>
/// <remarks>What a crash forgets comes again with the next message that is refused.</remarks>
internal sealed class RefusedAccounts(AlertSender sender, LastingAlerts alerts, ChannelHealthDoor health, Rounds rounds, TimeProvider clock) : IAccountNews, IAlertLook
{
    /// <summary>An account that nobody can ask about is believed to be well when nothing was refused for so long.</summary>
    private static readonly TimeSpan Believed = TimeSpan.FromDays(1);

    private readonly ConcurrentDictionary<(TenantId Tenant, string Service), string> refused = new();

    public TimeSpan Every { get; } = TimeSpan.FromSeconds(15);

    public void Refused(TenantId tenant, string service, string code)
    {
        if (sender.IsOn)
        {
            refused[(tenant, service)] = code;
        }
    }

    public async Task LookAsync(CancellationToken cancellationToken)
    {
        var heard = refused.ToList();
        List<Sighting> seen = [.. heard.Select(one => new Sighting(
            AlertKind.CredentialsFailed, one.Key.Tenant.Value, one.Key.Service, new AlertDetails { Service = one.Key.Service, Code = one.Value }))];
        await alerts.SeeAsync(seen.Take(LastingAlerts.MostBegun), cancellationToken);
        foreach (var one in heard.Take(LastingAlerts.MostBegun))
        {
            // Unless it was refused anew meanwhile, with another code.
            refused.TryRemove(one);
        }

        if (await rounds.TryBeginAsync("alerts of accounts", Every, cancellationToken))
        {
            await alerts.EndAsync(AlertKind.CredentialsFailed, seen, alert => IsWellAsync(alert, cancellationToken), cancellationToken);
        }
    }

    private async Task<bool> IsWellAsync(Alert alert, CancellationToken cancellationToken)
    {
        var state = await health.OfAsync(TenantId.Parse(alert.Tenant!), alert.Details.Service!, cancellationToken);
        return state.Status switch
        {
            "error" => false,
            "configured" => clock.GetUtcNow() - alert.SeenAt >= Believed,
            _ => true,
        };
    }
}
