using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Ecodrix.Storage.Sqlite;

/// <summary>Which of SQLite's failures are states of the world, and the sentence for each.</summary>
internal static class Unavailability
{
    /// <summary>False when the failure is a bug of ours and not the world's.</summary>
    public static bool Covers(Exception failure) =>
        failure is DatabaseUnavailableException or IOException or UnauthorizedAccessException or TooManyWritesException
        || (failure is SqliteException sqlite && Words(sqlite.SqliteErrorCode) is not null);

    public static DatabaseUnavailableException Of(string database, Exception failure) => failure switch
    {
        DatabaseUnavailableException known => known,
        SqliteException sqlite => new DatabaseUnavailableException($"The database of {database} {Words(sqlite.SqliteErrorCode)}.", sqlite),
        TooManyWritesException => new DatabaseUnavailableException($"The database of {database} has more to write than it can take.", failure) { IsBusy = true },
        _ => new DatabaseUnavailableException($"The database of {database} cannot be read or written.", failure),
    };

    /// <summary>Whether the connections must be made anew before the file can serve again.</summary>
    public static bool EndsTheSession(Exception failure) =>
        failure is not (TooManyWritesException or SqliteException { SqliteErrorCode: raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_FULL });

    private static string? Words(int code) => code switch
    {
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => "is locked by another process",
        raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_AUTH => "cannot be written: its file is read-only",
        raw.SQLITE_FULL => "cannot be written: the disk is full",
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB or raw.SQLITE_FORMAT => "is damaged",
        raw.SQLITE_CANTOPEN => "is missing or cannot be opened",
        raw.SQLITE_IOERR or raw.SQLITE_NOLFS or raw.SQLITE_PROTOCOL => "cannot be read or written",
        _ => null,
    };
}
