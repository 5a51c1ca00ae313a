namespace Ecodrix.Storage.Sqlite;

/// <summary>A file while it is open: its writer, its readers beside it, and its checkpoints, each made when it is needed.</summary>
internal sealed class FileSession : IDisposable
{
    private const int MostIdleReaders = 4;

    private readonly string path;
    private readonly string database;
    private readonly int cacheKibibytes;
    private readonly Stack<Connection> idleReaders = new();
    private readonly Checkpoints checkpoints;
    private readonly WriteQueue writes;
    private volatile Table[] complete = [];
    private bool wasRead;

    public FileSession(string path, string database, int cacheKibibytes, TimeProvider clock)
    {
        this.path = path;
        this.database = database;
        this.cacheKibibytes = cacheKibibytes;
        var betweenCommits = new Lock();
        checkpoints = new Checkpoints(path, betweenCommits, clock);
        writes = new WriteQueue(() => Connection.OpenWriter(path, cacheKibibytes), EnsureThere, checkpoints.After, betweenCommits);
    }

    /// <summary>How many uses have begun and not ended. Kept by the <see cref="DatabaseFile"/> under its own lock.</summary>
    public int Users { get; set; }

    /// <summary>What is in memory of a file goes with its session.</summary>
    public KeptDocuments Kept { get; } = new();

    /// <summary>Whether it still has to make the file smaller, though nobody uses it.</summary>
    public bool IsGivingBack => checkpoints.IsGivingBack;

    /// <summary>How long a write that came now would wait for its commit.</summary>
    public TimeSpan ExpectedWait => writes.ExpectedWait;

    public Task<TResult> WriteAsync<TResult>(Func<Connection, TResult> work, WriteShare share = default) => writes.AddAsync(work, share);

    /// <summary>Runs on the caller's thread, beside the writer and never behind it.</summary>
    public TResult Read<TResult>(Func<Connection, TResult> work)
    {
        var reader = TakeIdleReader() ?? Connection.OpenReader(path, cacheKibibytes);
        try
        {
            return work(reader);
        }
        finally
        {
            Return(reader);
        }
    }

    /// <summary>Makes the table and its indexes when they are not there yet. Done once in a session.</summary>
    public Task PrepareAsync(Table table) => complete.Contains(table) || IsFound(table) ? Task.CompletedTask : MakeAsync(table);

    /// <summary>A file that was removed while open would take writes and keep none.</summary>
    public void EnsureThere()
    {
        if (!File.Exists(path))
        {
            throw new DatabaseUnavailableException($"The database of {database} is missing or cannot be opened.");
        }
    }

    /// <summary>Closes the readers when none was needed since the last call: each costs as much memory as the writer.</summary>
    public void TrimReaders()
    {
        if (!Interlocked.Exchange(ref wasRead, false))
        {
            CloseReaders();
        }
    }

    public void Dispose()
    {
        CloseReaders();
        checkpoints.Dispose();

        // Last, because the last connection to close empties the log into the file.
        writes.Dispose();
    }

    // What is there is looked at once, for all tables.
    private bool IsFound(Table table)
    {
        var found = Read(Schema.Found);
        complete = [.. complete.Union(Table.All.Where(known => Schema.IsComplete(found, known)))];
        return complete.Contains(table);
    }

    // Two who miss the same one both make it, which is making it once.
    private async Task MakeAsync(Table table)
    {
        await WriteAsync(connection => Schema.Complete(connection, table));
        complete = [.. complete, table];
    }

    private Connection? TakeIdleReader()
    {
        lock (idleReaders)
        {
            return idleReaders.TryPop(out var reader) ? reader : null;
        }
    }

    private void CloseReaders()
    {
        while (TakeIdleReader() is { } reader)
        {
            reader.Dispose();
        }
    }

    private void Return(Connection reader)
    {
        wasRead = true;
        if (!TryKeep(reader))
        {
            reader.Dispose();
        }
    }

    private bool TryKeep(Connection reader)
    {
        lock (idleReaders)
        {
            if (idleReaders.Count >= MostIdleReaders)
            {
                return false;
            }

            idleReaders.Push(reader);
            return true;
        }
    }
}
