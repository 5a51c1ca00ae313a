using Ecodrix.Storage.Mongo;

namespace Ecodrix.Storage.Routing;

/// <inheritdoc cref="IDataSources"/>
/// <param name="services">The services' address.</param>
internal sealed class DataSources(RoutedTenantDatabases databases, MongoProbe probe, string services) : IDataSources
{
    public Task<SourceProblem?> ProbeAsync(string uri, TenantId client, CancellationToken cancellationToken) =>
        MongoStorage.Takes(uri) ? probe.RunAsync(uri, client, services, cancellationToken) : Task.FromResult<SourceProblem?>(SourceProblem.OtherKind);

    public async Task PrepareAsync(string? uri, TenantId client, CancellationToken cancellationToken)
    {
        var there = databases.At(uri);
        await there.CreateAsync(client.Live, cancellationToken);
        await there.CreateAsync(client.Test, cancellationToken);
    }

    public Task<bool> IsEmptyAsync(string? uri, TenantId tenant, CancellationToken cancellationToken) =>
        ((IInventory)databases.At(uri)).IsEmptyAsync(tenant, cancellationToken);
}

/// <summary>What an adapter tells of a tenant's database beside its documents.</summary>
internal interface IInventory
{
    /// <summary>Whether there is none of our documents.</summary>
    Task<bool> IsEmptyAsync(TenantId tenant, CancellationToken cancellationToken);
}
