using Ecodrix.Storage;

namespace Ecodrix.Engine.Jobs;

/// <summary>What part of the workers is a tenant's. Asked at every accept and claim, so it answers from memory.</summary>
public interface ITenantShares
{
    ValueTask<TenantShare> ShareOfAsync(TenantId tenant, CancellationToken cancellationToken);
}

/// <param name="Running">How many of its items may be worked on at once; null means <see cref="EngineOptions.SlotsPerTenant"/>.</param>
/// <param name="Weight">How many turns it has for each of another's; 1 to 100.</param>
public sealed record TenantShare(int? Running, int Weight)
{
    public static TenantShare Equal { get; } = new(null, 1);
}

/// <summary>A host that treats all tenants alike.</summary>
internal sealed class EqualShares : ITenantShares
{
    public ValueTask<TenantShare> ShareOfAsync(TenantId tenant, CancellationToken cancellationToken) => ValueTask.FromResult(TenantShare.Equal);
}
