using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Tenants.Audit;

/// <summary>Where other features write down who changed what.</summary>
internal sealed class AuditDoor(AuditLog log)
{
    /// <param name="details">Names and plain facts. Never a secret, a key, an address or a person's name.</param>
    public Task WriteAsync(Actor actor, string action, TenantId tenant, IReadOnlyDictionary<string, string?> details, CancellationToken cancellationToken) =>
        log.WriteAsync(actor, action, tenant.Code, details, cancellationToken);
}
