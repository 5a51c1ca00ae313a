using Ecodrix.Storage.Sqlite;
using Ecodrix.Storage.Tests.Contract;

namespace Ecodrix.Storage.Tests.Sqlite;

internal sealed class SqliteAdapter : IAdapter
{
    private readonly SqliteWorkshop workshop = new();
    private SqliteTenantDatabases? tenants;

    public Task<ITenantDatabases> OpenAsync()
    {
        tenants = workshop.OpenTenants();
        return Task.FromResult<ITenantDatabases>(tenants);
    }

    public void Break(TenantId tenant) => workshop.MoveAway(tenant);

    public void Mend(TenantId tenant) => workshop.MoveBack(tenant);

    public ValueTask DisposeAsync()
    {
        tenants?.Dispose();
        workshop.Dispose();
        return ValueTask.CompletedTask;
    }
}
