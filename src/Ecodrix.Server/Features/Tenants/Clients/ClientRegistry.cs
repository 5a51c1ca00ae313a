using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Server.Features.Tenants.Clients;

/// <summary>The clients: found, listed, changed. Each change is announced before its method returns.</summary>
internal sealed class ClientRegistry(IServicesDatabase services, TenantChanges changes)
{
    private static readonly string[] Shown = ["active", "paused", "suspended"];

    private readonly IDocuments<Client> clients = services.Documents<Client>();

    /// <returns>Null when there is no such client, or only its code is left.</returns>
    public async Task<Client?> FindAsync(string code, CancellationToken cancellationToken) =>
        await clients.FindAsync(code.ToUpperInvariant(), cancellationToken) is { Exists: true } client ? client : null;

    /// <returns>Also what the API does not speak of: a code that is reserved or used up.</returns>
    public Task<Client?> FindAnyAsync(string code, CancellationToken cancellationToken) =>
        clients.FindAsync(code.ToUpperInvariant(), cancellationToken);

    public async Task<bool> IsEmptyAsync(CancellationToken cancellationToken) =>
        await clients.CountAsync(null, 1, cancellationToken) == 0;

    public Task<IReadOnlyList<Client>> ListAsync(ClientStatus? status, int skip, int limit, CancellationToken cancellationToken) =>
        clients.QueryAsync(new DocumentQuery(Where(status), limit) { Skip = skip }, cancellationToken);

    public Task<int> CountAsync(ClientStatus? status, int atMost, CancellationToken cancellationToken) =>
        clients.CountAsync(Where(status), atMost, cancellationToken);

    /// <returns>False when the code is taken, or was once.</returns>
    public Task<bool> TryReserveAsync(Client client, CancellationToken cancellationToken) =>
        clients.TryAddAsync(client, cancellationToken);

    /// <summary>Gives a reserved code back that never became a client.</summary>
    public Task ReleaseAsync(string code, CancellationToken cancellationToken) => clients.DeleteAsync(code, cancellationToken);

    /// <returns>False when someone else was first.</returns>
    public async Task<bool> TryReplaceAsync(Client next, CancellationToken cancellationToken)
    {
        if (!await clients.TryReplaceAsync(next, cancellationToken))
        {
            return false;
        }

        await changes.AnnounceAsync(next.Id, cancellationToken);
        return true;
    }

    /// <summary>Applies one pure change, again when someone else was first.</summary>
    /// <returns>The client as it is now; null when there is none.</returns>
    public async Task<Client?> ChangeAsync(string code, Func<Client, Client> change, CancellationToken cancellationToken)
    {
        while (await FindAsync(code, cancellationToken) is { } client)
        {
            var next = change(client.Next());
            if (await TryReplaceAsync(next, cancellationToken))
            {
                return next;
            }
        }

        return null;
    }

    private static Condition Where(ClientStatus? status) =>
        status is { } one ? Condition.Eq("status", Shown[(int)one]) : Condition.In("status", Shown);
}
