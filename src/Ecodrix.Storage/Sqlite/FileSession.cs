using System.Collections.Concurrent;

namespace Ecodrix.Storage.Sqlite;

/// <summary>A file while it is open: its writer, its readers beside it, and its checkpoints, each made when it is needed.</summary>
internal sealed class FileSession : IDisposable
{
    private const int MostIdleReaders = 4;

    private readonly string path;
    private readonly string database;
    private readonly int cacheKibibytes;
    private readonly ConcurrentBag<Connection> idleReaders = [];
    private readonly ConcurrentDictionary<Table, Task> prepared = [];
    private readonly Checkpoints checkpoints;
    private readonly WriteQueue writes;
    private IReadOnlyDictionary<string, string>? found;
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
        if (!idleReaders.TryTake(out var reader))
        {
            reader = Connection.OpenReader(path, cacheKibibytes);
        }

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
    public Task PrepareAsync(Table table)
    {
        if (prepared.TryGetValue(table, out var done) && !done.IsFaulted)
        {
            return done;
        }

        found ??= Read(Schema.Found);
        done = Schema.IsComplete(found, table)
            ? Task.CompletedTask
            : WriteAsync(connection => Schema.Complete(connection, table));
        prepared[table] = done;
        return done;
    }

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

    private void CloseReaders()
    {
        while (idleReaders.TryTake(out var reader))
        {
            reader.Dispose();
        }
    }

    private void Return(Connection reader)
    {
        wasRead = true;
        if (idleReaders.Count >= MostIdleReaders)
        {
            reader.Dispose();
        }
        else
        {
            idleReaders.Add(reader);
        }
    }
}
