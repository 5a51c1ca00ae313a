namespace Ecodrix.Storage.Sqlite;

/// <summary>Keeps a second process off the same files. The system frees it with the process, however that ends.</summary>
internal sealed class FileLock : IDisposable
{
    private readonly FileStream stream;

    private FileLock(FileStream stream) => this.stream = stream;

    /// <exception cref="DatabaseUnavailableException">Another process holds it.</exception>
    public static FileLock Take(string databasePath)
    {
        var path = databasePath + ".lock";
        try
        {
            return new FileLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException held)
        {
            throw new DatabaseUnavailableException($"Another process uses {databasePath}: it holds {path}. Stop it, or give this one other files.", held);
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new DatabaseUnavailableException($"{path} cannot be written: this process needs the right to write there.", refused);
        }
    }

    public void Dispose() => stream.Dispose();
}
