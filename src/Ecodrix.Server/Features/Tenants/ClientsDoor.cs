using System.Text.Json;
using Ecodrix.Server.Features.Tenants.Clients;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Tenants;

/// <summary>The clients that there are, for what looks over all of them.</summary>
internal sealed class ClientsDoor(ClientRegistry clients)
{
    /// <returns>By code.</returns>
    public async Task<IReadOnlyList<ListedClient>> ListAsync(int skip, int limit, CancellationToken cancellationToken) =>
        [.. (await clients.ListAsync(status: null, skip, limit, cancellationToken))
            .Select(client => new ListedClient(client.Id, client.Name, JsonNamingPolicy.CamelCase.ConvertName(client.Status.ToString())))];

    public async Task<bool> ExistsAsync(string code, CancellationToken cancellationToken) => await clients.FindAsync(code, cancellationToken) is not null;

    public Task<int> CountAsync(int atMost, CancellationToken cancellationToken) => clients.CountAsync(status: null, atMost, cancellationToken);
}

/// <param name="Status">As the wire spells it.</param>
internal sealed record ListedClient(string Code, string Name, string Status)
{
    public TenantId TenantOf(bool isTest) => isTest ? TenantId.Parse(Code).Test : TenantId.Parse(Code);
}
