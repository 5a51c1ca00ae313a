namespace Ecodrix.Storage.Sqlite;

/// <summary>A database file that is opened when it is used, and closed when it is idle, broken or one too many.</summary>
internal sealed class DatabaseFile(string path, string database, int cacheKibibytes, TimeProvider clock) : IDisposable
{
    private const string Unfinished = ".new";

    private static readonly TimeSpan LeastPatience = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan MostPatience = TimeSpan.FromMinutes(10);

    private readonly Lock door = new();
    private FileSession? session;
    private bool closed;

    /// <summary>When the last use began.</summary>
    public DateTimeOffset LastUsed { get; private set; }

    /// <summary>For how long it stays open unused: twice as long as it was left alone before it was opened last, so that who comes each minute finds it open.</summary>
    public TimeSpan Patience { get; private set; } = LeastPatience;

    /// <summary>Told when the file is opened, before the first use goes on.</summary>
    public Action? Opened { get; init; }

    /// <summary>Told when it begins to be closed.</summary>
    public Action? Closed { get; init; }

    public bool IsOpen => session is not null;

    /// <summary>How long a write that came now would wait for its commit; zero while the file is closed.</summary>
    public TimeSpan ExpectedWait => session?.ExpectedWait ?? TimeSpan.Zero;

    public bool IsThere => File.Exists(path);

    public Task<TResult> WriteAsync<TResult>(Table table, WriteShare share, Func<Connection, TResult> work) =>
        UseAsync(async session =>
        {
            await session.PrepareAsync(table);
            return await session.WriteAsync(work, share);
        });

    /// <summary>A write to a table of which documents are kept in memory.</summary>
    /// <param name="id">Null when any document may be touched.</param>
    public Task<TResult> WriteFoundOftenAsync<TResult>(Table table, string? id, Func<Connection, TResult> work) =>
        UseAsync(async session =>
        {
            await session.PrepareAsync(table);
            return await (id is null
                ? session.Kept.WhileWritingManyAsync(() => session.WriteAsync(work))
                : session.Kept.WhileWritingAsync(table, id, () => session.WriteAsync(work)));
        });

    public Task<TResult> ReadAsync<TResult>(Table table, Func<Connection, TResult> work) => Read(table, session => session.Read(work));

    /// <summary>Reads a document that is found often: from memory when it is there.</summary>
    public Task<T?> FindAsync<T>(Table table, string id, Func<Connection, string, T?> find)
        where T : class =>
        Read(table, session => session.Kept.Find(table, id, () => session.Read(connection => find(connection, id))));

    /// <summary>What is thrown where there is no file.</summary>
    public DatabaseUnavailableException Missing() => new($"The database of {database} is missing or cannot be opened.");

    /// <summary>Throws when the file does not answer.</summary>
    public Task ProbeAsync() =>
        UseAsync(session => Task.FromResult(session.Read(connection => connection.Read("SELECT count(*) FROM sqlite_schema", [], row => row.Integer(0)))));

    /// <summary>Whether no table holds a document.</summary>
    public Task<bool> IsEmptyAsync() =>
        UseAsync(session => Task.FromResult(session.Read(connection => connection
            .Read("SELECT name FROM sqlite_schema WHERE type='table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'", [], row => row.Text(0)!)
            .TrueForAll(table => connection.Read($"SELECT 1 FROM \"{table.Replace("\"", "\"\"", StringComparison.Ordinal)}\" LIMIT 1", [], row => row.Integer(0)).Count == 0))));

    /// <summary>Makes the file when there is none. It appears whole or, after a crash, not at all.</summary>
    public void Create()
    {
        lock (door)
        {
            if (IsThere)
            {
                return;
            }

            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.Delete(path + Unfinished);
                Connection.CreateFile(path + Unfinished);
                File.Move(path + Unfinished, path);
            }
            catch (Exception failure) when (Unavailability.Covers(failure))
            {
                throw Unavailability.Of(database, failure);
            }
        }
    }

    /// <summary>Erases the file. What is still being written finds it missing.</summary>
    public void Delete()
    {
        lock (door)
        {
            Drop(session);
            if (Directory.Exists(Path.GetDirectoryName(path)))
            {
                File.Delete(path);
                File.Delete(path + "-wal");
                File.Delete(path + "-shm");
            }
        }
    }

    /// <summary>Gives back what an open file has no use for at the moment.</summary>
    public void Trim()
    {
        lock (door)
        {
            session?.TrimReaders();
        }
    }

    /// <returns>False when it is in use, still gives back free pages, or is already closed.</returns>
    public bool TryCloseIdle()
    {
        lock (door)
        {
            if (session is not { Users: 0, IsGivingBack: false } idle)
            {
                return false;
            }

            session = null;
            Closed?.Invoke();
            idle.Dispose();
            return true;
        }
    }

    /// <summary>Closes for good, now or when the uses that have begun are over.</summary>
    public void Dispose()
    {
        lock (door)
        {
            closed = true;
            Drop(session);
        }
    }

    // A reading is done on the caller's thread, so nothing is awaited once the table is there.
    private Task<TResult> Read<TResult>(Table table, Func<FileSession, TResult> read)
    {
        FileSession? entered = null;
        try
        {
            entered = Enter();
            var prepared = entered.PrepareAsync(table);
            return prepared.IsCompletedSuccessfully
                ? Task.FromResult(read(entered))
                : UseAsync(async session =>
                {
                    await session.PrepareAsync(table);
                    return read(session);
                });
        }
        catch (Exception failure) when (Unavailability.Covers(failure))
        {
            return Task.FromException<TResult>(Judge(entered, failure));
        }
        finally
        {
            if (entered is not null)
            {
                Leave(entered);
            }
        }
    }

    private async Task<TResult> UseAsync<TResult>(Func<FileSession, Task<TResult>> use)
    {
        FileSession? entered = null;
        try
        {
            entered = Enter();
            return await use(entered);
        }
        catch (Exception failure) when (Unavailability.Covers(failure))
        {
            throw Judge(entered, failure);
        }
        finally
        {
            if (entered is not null)
            {
                Leave(entered);
            }
        }
    }

    private FileSession Enter()
    {
        // Asked before the door is held: all other uses would wait for the answer.
        var isThere = IsThere;
        var opened = false;
        FileSession entered;
        lock (door)
        {
            if (closed)
            {
                throw new DatabaseUnavailableException($"The database of {database} is closed: the process ends.");
            }

            if (!isThere)
            {
                Drop(session);
                throw Missing();
            }

            var now = clock.GetUtcNow();
            if (session is null)
            {
                opened = true;
                Patience = PatienceAfter(now - LastUsed);
            }

            entered = session ??= new FileSession(path, database, cacheKibibytes, clock);
            entered.Users++;
            LastUsed = now;
        }

        if (opened)
        {
            Opened?.Invoke();
        }

        return entered;
    }

    private static TimeSpan PatienceAfter(TimeSpan pause) =>
        pause <= LeastPatience / 2 || pause > MostPatience / 2 ? LeastPatience : pause * 2;

    private void Leave(FileSession left)
    {
        lock (door)
        {
            left.Users--;
            if (left.Users == 0 && !ReferenceEquals(left, session))
            {
                left.Dispose();
            }
        }
    }

    // Who uses it still goes on with it; the next use opens the file anew.
    private void Drop(FileSession? dropped)
    {
        if (dropped is not null && ReferenceEquals(dropped, session))
        {
            session = null;
            Closed?.Invoke();
            if (dropped.Users == 0)
            {
                dropped.Dispose();
            }
        }
    }

    private DatabaseUnavailableException Judge(FileSession? entered, Exception failure)
    {
        if (entered is not null && Unavailability.EndsTheSession(failure))
        {
            lock (door)
            {
                Drop(entered);
            }
        }

        return Unavailability.Of(database, failure);
    }
}
