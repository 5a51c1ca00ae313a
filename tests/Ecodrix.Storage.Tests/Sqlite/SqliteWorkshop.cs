using Ecodrix.Storage.Sqlite;

namespace Ecodrix.Storage.Tests.Sqlite;

/// <summary>Files in a directory of their own, gone with it.</summary>
internal sealed class SqliteWorkshop : IDisposable
{
    public DirectoryInfo Directory { get; } = System.IO.Directory.CreateTempSubdirectory("ecodrix-storage-");

    public string PathOf(TenantId tenant) => Path.Combine(Directory.FullName, "tenants", tenant.Value + ".db");

    public string ServicesPath => Path.Combine(Directory.FullName, "services.db");

    public SqliteTenantDatabases OpenTenants(TimeProvider? clock = null) => new(PathOf, clock ?? TimeProvider.System);

    public SqliteServicesDatabase OpenServices() => new(ServicesPath, TimeProvider.System);

    public void Dispose() => Directory.Delete(recursive: true);
}
