namespace Ecodrix.Storage.Sqlite;

/// <summary>Documents in files: <c>sqlite:</c> and a path.</summary>
internal sealed class SqliteStorage(TimeProvider clock) : IStorageAdapter
{
    private const string Scheme = "sqlite:";
    private const string CodePlace = "{code}";

    public static bool Takes(string uri) => uri.StartsWith(Scheme, StringComparison.Ordinal) && uri.Length > Scheme.Length;

    public static string? FileOf(string uri) => Takes(uri) ? PathOf(uri) : null;

    public static string From(string directory, string uri) => Takes(uri) ? Scheme + Path.GetFullPath(uri[Scheme.Length..], directory) : uri;

    public IServicesDatabase Services(string uri, string setting) => new SqliteServicesDatabase(PathOf(uri), clock);

    public ITenantDatabases Tenants(string template, string setting) =>
        template.Contains(CodePlace, StringComparison.Ordinal)
            ? new SqliteTenantDatabases(PathsOf(template), clock)
            : throw new InvalidOperationException($"{setting} must contain {{code}}, or all tenants would share one database.");

    /// <returns>Null unless both addresses are files'.</returns>
    public static SqliteBackup? BackupOf(string services, string tenants) =>
        Takes(services) && Takes(tenants) ? new SqliteBackup(PathOf(services), PathsOf(tenants)) : null;

    private static Func<TenantId, string> PathsOf(string template)
    {
        var path = PathOf(template);
        return tenant => path.Replace(CodePlace, tenant.Value, StringComparison.Ordinal);
    }

    public ITenantDatabases TenantAt(string place)
    {
        var path = PathOf(place);
        var twin = Path.Combine(Path.GetDirectoryName(path)!, Path.GetFileNameWithoutExtension(path) + "_test" + Path.GetExtension(path));
        return new SqliteTenantDatabases(tenant => tenant.IsTest ? twin : path, clock);
    }

    private static string PathOf(string uri) => Path.GetFullPath(uri[Scheme.Length..]);
}
