namespace Ecodrix.Storage.Sqlite;

internal sealed class SqliteTenantDatabase(TenantId tenant, DatabaseFile file) : ITenantDatabase
{
    public TenantId Tenant => tenant;

    public IDocuments<T> Documents<T>()
        where T : class, IDocument<T> => new SqliteDocuments<T>(file);
}
