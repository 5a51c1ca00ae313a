using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Ecodrix.Storage.Sqlite;

/// <summary>One connection to a file, with its prepared statements. For one thread at a time.</summary>
internal sealed class Connection : IDisposable
{
    private const int MostStatements = 128;

    /// <summary>More than a log has between two checkpoints under load: what was cut off would have to be allotted again while commits wait.</summary>
    private const int LongestLog = 256 * 1024 * 1024;

    private const int WaitForLockMilliseconds = 2_000;

    private readonly sqlite3 handle;
    private readonly Dictionary<string, Statement> statements = new(StringComparer.Ordinal);
    private bool hasFunctions;

    static Connection()
    {
        Batteries_V2.Init();

        // Counting what all connections have allocated would have their threads wait for each other at each block.
        Check(raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0));
    }

    private Connection(sqlite3 handle) => this.handle = handle;

    /// <summary>False after SQLite rolled back by itself, as it does when the disk is full.</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(handle) == 0;

    /// <summary>About how many bytes this connection has written: when to copy the log is decided by it.</summary>
    public long Written { get; set; }

    /// <summary>How many rows the last statement changed.</summary>
    public int Changes => raw.sqlite3_changes(handle);

    /// <summary>Makes an empty file, in the form that cannot be changed later.</summary>
    public static void CreateFile(string path)
    {
        using var connection = Open(path, raw.SQLITE_OPEN_CREATE);
        connection.Execute("PRAGMA auto_vacuum=INCREMENTAL");
        connection.Execute("PRAGMA journal_mode=WAL");
    }

    public static Connection OpenWriter(string path, int cacheKibibytes)
    {
        var connection = Open(path);
        try
        {
            connection.Execute("PRAGMA journal_mode=WAL");
            connection.Execute("PRAGMA synchronous=FULL");
            connection.Execute("PRAGMA wal_autocheckpoint=0");
            connection.Execute($"PRAGMA journal_size_limit={LongestLog}");
            connection.Execute($"PRAGMA cache_size=-{cacheKibibytes}");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public static Connection OpenReader(string path, int cacheKibibytes)
    {
        var connection = Open(path);
        connection.Execute("PRAGMA query_only=ON");
        connection.Execute($"PRAGMA cache_size=-{cacheKibibytes}");
        return connection;
    }

    public static Connection OpenCheckpointer(string path)
    {
        var connection = Open(path);
        connection.Execute("PRAGMA synchronous=FULL");
        connection.Execute("PRAGMA cache_size=-64");
        return connection;
    }

    /// <summary>For one long reading beside all others.</summary>
    public static Connection OpenCopier(string path)
    {
        var connection = Open(path);
        connection.Execute("PRAGMA cache_size=-1024");
        return connection;
    }

    /// <summary>The statement of that text, made once. Reset it when done.</summary>
    public Statement Prepared(string sql)
    {
        if (statements.TryGetValue(sql, out var known))
        {
            return known;
        }

        if (statements.Count >= MostStatements)
        {
            DisposeStatements();
        }

        if (!hasFunctions && SqlFunctions.AreIn(sql))
        {
            SqlFunctions.AddTo(handle);
            hasFunctions = true;
        }

        var statement = new Statement(handle, sql);
        statements.Add(sql, statement);
        return statement;
    }

    public void Execute(string sql)
    {
        using var statement = new Statement(handle, sql);
        while (statement.Step())
        {
            // A pragma answers rows that nobody asked for.
        }
    }

    /// <summary>Reads every row of a statement.</summary>
    public List<TRow> Read<TRow>(string sql, IReadOnlyList<object?> values, Func<Statement, TRow> read)
    {
        var statement = Prepared(sql);
        try
        {
            statement.Bind(values);
            List<TRow> rows = [];
            while (statement.Step())
            {
                rows.Add(read(statement));
            }

            return rows;
        }
        finally
        {
            statement.Reset();
        }
    }

    /// <returns>How many rows were changed.</returns>
    public int Change(string sql, IReadOnlyList<object?> values)
    {
        var statement = Prepared(sql);
        try
        {
            statement.Bind(values);
            statement.Step();
            Written += Changes * (long)Row.Overhead;
            return Changes;
        }
        finally
        {
            statement.Reset();
        }
    }

    /// <summary>Work of several statements that leaves nothing behind when one of them fails.</summary>
    public TResult AllOrNothing<TResult>(Func<TResult> work)
    {
        Change("SAVEPOINT work", []);
        try
        {
            var result = work();
            Change("RELEASE work", []);
            return result;
        }
        catch when (InTransaction)
        {
            Change("ROLLBACK TO work", []);
            Change("RELEASE work", []);
            throw;
        }
    }

    /// <summary>Waits until all that was written into the file itself, by whichever connection, is on the disk.</summary>
    public void SyncFile() => FileSync.Run(handle);

    public void Dispose()
    {
        DisposeStatements();
        handle.Dispose();
    }

    private static Connection Open(string path, int besides = 0)
    {
        // Without SQLite's own locks: a connection is for one thread at a time.
        var code = raw.sqlite3_open_v2(path, out var handle, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_NOMUTEX | besides, vfs: null);
        try
        {
            SqliteException.ThrowExceptionForRC(code, handle);
            // A preallocated pool of small blocks is 120 KiB a connection, and serves little but the preparing of statements, done once.
            raw.sqlite3_db_config(handle, raw.SQLITE_DBCONFIG_LOOKASIDE, IntPtr.Zero, 0, 0);
            raw.sqlite3_busy_timeout(handle, WaitForLockMilliseconds);
            return new Connection(handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private static void Check(int code) => SqliteException.ThrowExceptionForRC(code, null!);

    private void DisposeStatements()
    {
        foreach (var statement in statements.Values)
        {
            statement.Dispose();
        }

        statements.Clear();
    }
}
