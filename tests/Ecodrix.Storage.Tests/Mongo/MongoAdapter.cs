using Ecodrix.Storage.Tests.Contract;

namespace Ecodrix.Storage.Tests.Mongo;

/// <summary>A server with a database for each tenant; one tenant's lies, as it seems, on a cluster of its own.</summary>
internal sealed class MongoAdapter : IAdapter
{
    private static readonly TenantId Apart = TenantId.Parse("ACME");

    private readonly MongoWorkshop workshop = new();

    public Task<ITenantDatabases> OpenAsync() =>
        Task.FromResult<ITenantDatabases>(workshop.OpenTenants(tenant => tenant == Apart ? workshop.Relayed(tenant.Value) : workshop.Direct(tenant.Value)));

    public void Break(TenantId tenant)
    {
        tenant.ShouldBe(Apart);
        workshop.Relay.Break();
    }

    public void Mend(TenantId tenant) => workshop.Relay.Mend();

    public ValueTask DisposeAsync() => workshop.DisposeAsync();
}
