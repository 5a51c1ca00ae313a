using Ecodrix.Storage;

namespace Ecodrix.Engine.Retention;

/// <summary>What the engine keeps of a tenant beside its work: who holds which name, in sequences and in rules' limits.</summary>
public interface ITenantClaims
{
    /// <summary>Erases all of it. Erasing twice is erasing once.</summary>
    Task EraseAsync(TenantId tenant, CancellationToken cancellationToken);
}
