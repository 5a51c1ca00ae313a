using System.Text.Json;
using Ecodrix.Server.Features.Tenants.Audit;
using Ecodrix.Server.Features.Tenants.Clients;
using Ecodrix.Server.Http;
using Ecodrix.Storage;
using Ecodrix.Storage.Routing;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Tenants.Sources;

/// <summary>Gives a client a database of its own, before it has data. The address is tried out first; when anything is wrong, nothing is changed.</summary>
internal static class SetDataSource
{
    private const string Field = "dbUri";

    private const int LongestUri = 4_096;

    public static async Task<Results<Ok<ClientView>, Failure>> HandleAsync(
        string code, JsonElement body, Actor actor, SourceSwitch switching, AuditLog audit, CancellationToken cancellationToken)
    {
        if (body.ValueKind is not JsonValueKind.Object)
        {
            return new Failure(new ValidationErrors("", "must be a JSON object"));
        }

        if (!body.TryGetProperty(Field, out var given) || given.ValueKind is not JsonValueKind.String || given.GetString() is not { Length: > 0 and <= LongestUri } uri)
        {
            return new Failure(new ValidationErrors(Field, "is required and must be the address of a MongoDB database"));
        }

        var (client, refusal) = await switching.RunAsync(code, uri.Trim(), cancellationToken);
        if (refusal is not null)
        {
            return new Failure(refusal);
        }

        await audit.WriteAsync(actor, "client.datasource", client!.ClientCode, cancellationToken);
        return TypedResults.Ok(client);
    }
}

/// <summary>Switches a client that has no data to a database of its own.</summary>
internal sealed class SourceSwitch(ClientRegistry clients, PlacementBook placements, IDataSources sources)
{
    /// <returns>The client as it is then, or why nothing was changed.</returns>
    public async Task<(ClientView? Client, Error? Refusal)> RunAsync(string code, string uri, CancellationToken cancellationToken)
    {
        if (await clients.FindAsync(code, cancellationToken) is not { } client)
        {
            return (null, TenantErrors.NoSuchClient);
        }

        var present = await placements.ReadAsync(client.Id, cancellationToken);
        if (await sources.ProbeAsync(uri, client.Tenant, cancellationToken) is { } problem)
        {
            return (null, SourceErrors.Of(problem));
        }

        if (!string.Equals(present.Uri, uri, StringComparison.Ordinal) && await SwitchAsync(client.Tenant, present.Uri, uri, cancellationToken) is { } refusal)
        {
            return (null, refusal);
        }

        var switched = await placements.ReadAsync(client.Id, cancellationToken);
        return (ClientView.Of(client) with { DataSource = switched.Kind }, null);
    }

    private async Task<Error?> SwitchAsync(TenantId client, string? from, string to, CancellationToken cancellationToken)
    {
        if (!await IsEmptyAsync(from, client, cancellationToken))
        {
            return SourceErrors.HasData;
        }

        var token = Guid.NewGuid().ToString("n");
        if (!await placements.TryHoldAsync(client.Code, token, cancellationToken))
        {
            return SourceErrors.IsMoving;
        }

        try
        {
            // Once more, now that nobody writes.
            if (!await IsEmptyAsync(from, client, cancellationToken))
            {
                return SourceErrors.HasData;
            }

            await sources.PrepareAsync(to, client, cancellationToken);
            return await placements.TrySwitchAsync(client.Code, token, to, cancellationToken) ? null : SourceErrors.IsMoving;
        }
        catch (DatabaseUnavailableException)
        {
            return await sources.ProbeAsync(to, client, cancellationToken) is { } problem ? SourceErrors.Of(problem) : SourceErrors.Unreachable;
        }
        finally
        {
            // Not the request's token: who went away leaves no hold.
            await placements.ReleaseAsync(client.Code, token, CancellationToken.None);
        }
    }

    private async Task<bool> IsEmptyAsync(string? place, TenantId client, CancellationToken cancellationToken) =>
        await sources.IsEmptyAsync(place, client.Live, cancellationToken) && await sources.IsEmptyAsync(place, client.Test, cancellationToken);
}
