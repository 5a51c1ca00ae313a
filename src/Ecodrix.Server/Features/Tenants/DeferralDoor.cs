using Ecodrix.Engine.Runs;
using Ecodrix.Server.Features.Tenants.Clients;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Server.Features.Tenants;

/// <summary>Whether a client may have deferred events, told from memory: true to within a second in every process.</summary>
internal sealed class DeferralDoor(IServicesDatabase services, TenantChanges changes)
{
    private readonly IDocuments<DeferredWork> deferred = services.Documents<DeferredWork>();

    private readonly KeptByClient<Known> kept = new(changes);

    public async ValueTask<bool> MayWaitAsync(TenantId tenant, CancellationToken cancellationToken) =>
        (await kept.GetAsync(tenant.Code, ReadAsync, cancellationToken))!.Any;

    /// <summary>An event was deferred. To be called after it is durable.</summary>
    public async ValueTask NoteAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        if (!await MayWaitAsync(tenant, cancellationToken))
        {
            await changes.AnnounceAsync(tenant.Code, cancellationToken);
        }
    }

    /// <summary>None waits any more.</summary>
    public ValueTask ForgetAsync(TenantId tenant, CancellationToken cancellationToken) => new(changes.AnnounceAsync(tenant.Code, cancellationToken));

    private async Task<Known?> ReadAsync(string client, CancellationToken cancellationToken) => new(await deferred.CountAsync(
        new Condition.Any(Condition.Eq("tenant", client), Condition.Eq("tenant", TenantId.Parse(client).Test.Value)), atMost: 1, cancellationToken) > 0);

    private sealed record Known(bool Any);
}
