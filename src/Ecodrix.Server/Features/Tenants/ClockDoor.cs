using Ecodrix.Server.Features.Tenants.Clocks;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Tenants;

/// <summary>Sets the clocks of test twins. What time it is for whom tells <see cref="Engine.Jobs.ITenantClock"/>.</summary>
internal sealed class ClockDoor(TwinClocks clocks)
{
    /// <inheritdoc cref="TwinClocks.TrySetAsync"/>
    public Task<bool> TrySetAsync(TenantId twin, TimeSpan from, TimeSpan to, CancellationToken cancellationToken) =>
        clocks.TrySetAsync(twin, from, to, cancellationToken);
}
