namespace Ecodrix.Storage.Tests.Contract;

/// <summary>What the contract's tests need of an adapter: databases of no tenants yet, and a way to break one.</summary>
internal interface IAdapter : IAsyncDisposable
{
    Task<ITenantDatabases> OpenAsync();

    /// <summary>Takes that tenant's database away, its documents kept.</summary>
    void Break(TenantId tenant);

    void Mend(TenantId tenant);
}
