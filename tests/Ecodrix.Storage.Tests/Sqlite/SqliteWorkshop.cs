using Ecodrix.Storage.Sqlite;

namespace Ecodrix.Storage.Tests.Sqlite;

/// <summary>Files in a directory of their own, gone with it.</summary>
internal sealed class SqliteWorkshop : IDisposable
{
    private static readonly string[] Parts = ["", "-wal", "-shm"];

    public DirectoryInfo Directory { get; } = System.IO.Directory.CreateTempSubdirectory("ecodrix-storage-");

    public string ServicesPath => Path.Combine(Directory.FullName, "services.db");

    public string PathOf(TenantId tenant) => Path.Combine(Directory.FullName, "tenants", tenant.Value + ".db");

    public SqliteTenantDatabases OpenTenants(TimeProvider? clock = null) => new(PathOf, clock ?? TimeProvider.System);

    public SqliteServicesDatabase OpenServices() => new(ServicesPath, TimeProvider.System);

    public void MoveAway(TenantId tenant) => Move(PathOf(tenant), AwayOf(tenant));

    public void MoveBack(TenantId tenant) => Move(AwayOf(tenant), PathOf(tenant));

    public void Dispose() => Directory.Delete(recursive: true);

    private string AwayOf(TenantId tenant) => Path.Combine(Directory.FullName, tenant.Value + ".away");

    private static void Move(string from, string to)
    {
        foreach (var part in Parts.Where(part => File.Exists(from + part)))
        {
            File.Move(from + part, to + part);
        }
    }
}
