using Ecodrix.Storage;

namespace Ecodrix.Engine.Jobs;

/// <summary>Whose due work is to wait. What they send is accepted and stored all the same.</summary>
public interface IHeldTenants
{
    /// <summary>Asked before each claim and before each step, so it answers from memory.</summary>
    /// <exception cref="DatabaseUnavailableException">It cannot be told: nothing of the tenant is begun.</exception>
    ValueTask<bool> IsHeldAsync(TenantId tenant, CancellationToken cancellationToken);
}

/// <summary>A host that never holds anybody.</summary>
internal sealed class NobodyHeld : IHeldTenants
{
    public ValueTask<bool> IsHeldAsync(TenantId tenant, CancellationToken cancellationToken) => ValueTask.FromResult(false);
}
