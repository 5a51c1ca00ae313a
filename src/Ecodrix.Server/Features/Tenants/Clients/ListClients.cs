using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Tenants.Clients;

/// <summary>The clients by code, all or those of one status.</summary>
internal static class ListClients
{
    public static async Task<Results<Ok<Page<ClientView>>, Failure>> HandleAsync(
        string? status, PageRequest page, ClientRegistry clients, CancellationToken cancellationToken)
    {
        if (!ClientPatch.TryReadStatus(status, out var wanted) && !string.IsNullOrEmpty(status))
        {
            return new Failure(new ValidationErrors("status", ClientPatch.StatusProblem));
        }

        var found = await clients.ListAsync(wanted, page.Skip, page.Limit, cancellationToken);
        var counted = await clients.CountAsync(wanted, Page<ClientView>.CountedAtMost + 1, cancellationToken);
        return TypedResults.Ok(new Page<ClientView>([.. found.Select(ClientView.Of)], page).Of(counted));
    }
}
