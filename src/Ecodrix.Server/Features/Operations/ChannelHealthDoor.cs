using Ecodrix.Server.Delivery;
using Ecodrix.Server.Features.Operations.Health;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Operations;

/// <summary>How a tenant's channels are, for who must know whether one works again.</summary>
internal sealed class ChannelHealthDoor(ChannelProbes probes)
{
    /// <summary>Asks the provider, at most every five minutes.</summary>
    /// <param name="service">One of <see cref="ChannelHealth"/>.</param>
    public Task<ServiceState> OfAsync(TenantId tenant, string service, CancellationToken cancellationToken) => service switch
    {
        ChannelHealth.WhatsApp => probes.WhatsAppAsync(tenant, cancellationToken),
        ChannelHealth.Email => probes.EmailAsync(tenant, cancellationToken),
        ChannelHealth.Meet => probes.MeetAsync(tenant, cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(service), service, "There is no such service."),
    };
}
