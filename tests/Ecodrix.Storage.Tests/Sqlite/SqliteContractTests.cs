using Ecodrix.Storage.Sqlite;
using Ecodrix.Storage.Tests.Contract;

namespace Ecodrix.Storage.Tests.Sqlite;

public sealed class SqliteWritingTests : WritingContract
{
    private readonly SqliteAdapter adapter = new();

    protected override Task<ITenantDatabases> CreateAsync() => adapter.OpenAsync();

    protected override ValueTask CloseAsync() => adapter.DisposeAsync();
}

public sealed class SqliteConditionTests : ConditionContract
{
    private readonly SqliteAdapter adapter = new();

    protected override Task<ITenantDatabases> CreateAsync() => adapter.OpenAsync();

    protected override ValueTask CloseAsync() => adapter.DisposeAsync();
}

/// <summary>The adapter as the contract's tests want it.</summary>
internal sealed class SqliteAdapter : IAsyncDisposable
{
    private readonly SqliteWorkshop workshop = new();
    private SqliteTenantDatabases? tenants;

    public Task<ITenantDatabases> OpenAsync()
    {
        tenants = workshop.OpenTenants();
        return Task.FromResult<ITenantDatabases>(tenants);
    }

    public ValueTask DisposeAsync()
    {
        tenants?.Dispose();
        workshop.Dispose();
        return ValueTask.CompletedTask;
    }
}
