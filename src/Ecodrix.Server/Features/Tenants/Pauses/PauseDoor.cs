using Ecodrix.Server.Delivery;
using Ecodrix.Server.Features.Tenants.Clients;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Tenants.Pauses;

/// <summary>What the operator has paused: answered from memory, true to within a second.</summary>
internal sealed class PauseDoor(IServicesDatabase services, TenantChanges changes, HeldReleases releases)
{
    /// <summary>Under this name a change of a pause is announced; no client has such a code.</summary>
    private const string AllClients = "*";

    private const int AtMost = 1_000;

    private readonly IDocuments<Pause> pauses = services.Documents<Pause>();

    private readonly KeptByClient<IReadOnlyList<Pause>> kept = new(changes);

    /// <summary>Those in force, by client, channel and rule.</summary>
    /// <exception cref="DatabaseUnavailableException">Neither memory nor the services database can tell.</exception>
    public async ValueTask<IReadOnlyList<Pause>> AllAsync(CancellationToken cancellationToken) =>
        (await kept.GetAsync(AllClients, ReadAllAsync, cancellationToken))!;

    /// <returns>The pause that holds all due work of the tenant; null when none does.</returns>
    public async ValueTask<Pause?> OfTenantAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        var all = await AllAsync(cancellationToken);
        return all.Count == 0 ? null : all.FirstOrDefault(pause => pause.IsWhole && pause.Concerns(tenant.Code));
    }

    /// <param name="channel">Null for what belongs to none.</param>
    /// <param name="ruleId">Null for what no rule began.</param>
    /// <returns>The pause that holds it; null when none does.</returns>
    public async ValueTask<Pause?> FindAsync(TenantId tenant, string? channel, string? ruleId, CancellationToken cancellationToken)
    {
        var all = await AllAsync(cancellationToken);
        return all.Count == 0 ? null : all.FirstOrDefault(pause => pause.Holds(tenant.Code, channel, ruleId));
    }

    /// <returns>False when there are as many as there may be.</returns>
    public async Task<bool> PauseAsync(Pause pause, CancellationToken cancellationToken)
    {
        if (await pauses.CountAsync(null, AtMost, cancellationToken) >= AtMost)
        {
            return false;
        }

        await pauses.TryAddAsync(pause, cancellationToken);
        await changes.AnnounceAsync(AllClients, cancellationToken);
        return true;
    }

    /// <returns>False when there is no such pause.</returns>
    public async Task<bool> ResumeAsync(string id, CancellationToken cancellationToken)
    {
        if (!await pauses.DeleteAsync(id, cancellationToken))
        {
            return false;
        }

        await changes.AnnounceAsync(AllClients, cancellationToken);
        releases.Ask(tenant: null);
        return true;
    }

    /// <returns>Null when there is no such pause.</returns>
    public Task<Pause?> ReadAsync(string id, CancellationToken cancellationToken) => pauses.FindAsync(id, cancellationToken);

    private async Task<IReadOnlyList<Pause>?> ReadAllAsync(string _, CancellationToken cancellationToken) =>
        await pauses.QueryAsync(new DocumentQuery(null, AtMost), cancellationToken);
}
