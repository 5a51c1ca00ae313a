using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Leads;

/// <summary>Has outboxes looked at of which nobody has said that something is in them.</summary>
internal sealed class OutboxDoor(IServicesDatabase services, TimeProvider clock)
{
    private const string Nobody = "restored";

    /// <summary>The next round of recovery empties the tenant's outboxes, as it does after a process that died. Asking twice is asking once.</summary>
    public Task SuspectAsync(TenantId tenant, CancellationToken cancellationToken) => services.Documents<OutboxMark>().TryAddAsync(
        new OutboxMark { Id = OutboxMark.IdOf(tenant, Nobody), Tenant = tenant.Value, Process = Nobody, SeenAt = clock.GetUtcNow() },
        cancellationToken);
}
