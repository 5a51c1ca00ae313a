namespace Ecodrix.Storage.Sqlite;

/// <summary>The services' file. Whoever opens it first holds it alone until the process ends.</summary>
internal sealed class SqliteServicesDatabase : IServicesDatabase, IStorageLoad, IDisposable
{
    private const int CacheKibibytes = 16 * 1024;

    private readonly FileLock fileLock;
    private readonly DatabaseFile file;

    /// <exception cref="DatabaseUnavailableException">Another process holds the file, or it cannot be made.</exception>
    public SqliteServicesDatabase(string path, TimeProvider clock)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        fileLock = FileLock.Take(path);
        try
        {
            file = new DatabaseFile(path, "services", CacheKibibytes, clock);
            file.Create();
        }
        catch
        {
            fileLock.Dispose();
            throw;
        }
    }

    /// <summary>How long a write that came now would wait for its commit.</summary>
    public TimeSpan ExpectedWait => file.ExpectedWait;

    public IDocuments<T> Documents<T>()
        where T : class, IDocument<T> => new SqliteDocuments<T>(file);

    public Task PingAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return file.ProbeAsync();
    }

    public void Dispose()
    {
        file.Dispose();
        fileLock.Dispose();
    }
}
