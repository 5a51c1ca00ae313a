namespace Ecodrix.Storage.Sqlite;

/// <summary>Copies files by <c>VACUUM INTO</c>, on a connection of its own: beside the writer, and without what was deleted.</summary>
internal sealed class SqliteBackup(string services, Func<TenantId, string> pathOf) : IFileBackup
{
    private const string Unfinished = ".part";

    public Task CopyServicesAsync(string path, CancellationToken cancellationToken) => CopyAsync(services, path, "services", cancellationToken);

    public async Task<bool> CopyTenantAsync(TenantId tenant, string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(pathOf(tenant)))
        {
            return false;
        }

        await CopyAsync(pathOf(tenant), path, tenant.Value, cancellationToken);
        return true;
    }

    // It reads for seconds or minutes, which is no work for a thread that others wait for.
    private static Task CopyAsync(string from, string to, string database, CancellationToken cancellationToken) =>
        Task.Run(() => Copy(from, to, database), cancellationToken);

    private static void Copy(string from, string to, string database)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Delete(to + Unfinished);
            using (var connection = Connection.OpenCopier(from))
            {
                connection.Change("VACUUM INTO ?1", [to + Unfinished]);
            }

            using (var written = new FileStream(to + Unfinished, FileMode.Open, FileAccess.ReadWrite))
            {
                written.Flush(flushToDisk: true);
            }

            File.Move(to + Unfinished, to);
        }
        catch (Exception failure) when (Unavailability.Covers(failure))
        {
            throw Unavailability.Of(database, failure);
        }
    }
}
