namespace Ecodrix.Storage;

/// <summary>A handle to documents. Cheap to hold: what it stands for is opened when it is used and closed when idle.</summary>
public interface IDatabase
{
    IDocuments<T> Documents<T>()
        where T : class, IDocument<T>;
}

/// <summary>What belongs to no single tenant, and all work in flight.</summary>
public interface IServicesDatabase : IDatabase
{
    /// <summary>Asks for an answer, cheaply: for health.</summary>
    /// <exception cref="DatabaseUnavailableException">There is none.</exception>
    Task PingAsync(CancellationToken cancellationToken);
}

/// <summary>One tenant's documents, and no other's.</summary>
public interface ITenantDatabase : IDatabase
{
    TenantId Tenant { get; }
}

/// <summary>The door to the tenants' databases.</summary>
public interface ITenantDatabases
{
    /// <exception cref="DatabaseUnavailableException">The tenant's database is missing, locked, damaged or down. Other tenants are not affected.</exception>
    Task<ITenantDatabase> OpenAsync(TenantId tenant, CancellationToken cancellationToken);

    /// <summary>Makes the database of a new tenant. Creating twice is creating once.</summary>
    Task CreateAsync(TenantId tenant, CancellationToken cancellationToken);

    /// <summary>Erases the tenant's documents. Deleting what is not there does nothing.</summary>
    Task DeleteAsync(TenantId tenant, CancellationToken cancellationToken);
}
