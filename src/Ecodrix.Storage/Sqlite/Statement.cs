using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Ecodrix.Storage.Sqlite;

/// <summary>A prepared statement. Bodies go in and come out as UTF-8, which the driver's commands would turn to strings and back.</summary>
internal sealed class Statement : IDisposable
{
    private readonly sqlite3 connection;
    private readonly sqlite3_stmt statement;

    public Statement(sqlite3 connection, string sql)
    {
        this.connection = connection;
        Check(raw.sqlite3_prepare_v3(connection, sql, raw.SQLITE_PREPARE_PERSISTENT, out statement));
    }

    public void Bind(int place, object? value) => Check(value switch
    {
        null => raw.sqlite3_bind_null(statement, place),
        string text => raw.sqlite3_bind_text(statement, place, text),
        double number => raw.sqlite3_bind_double(statement, place, number),
        long number => raw.sqlite3_bind_int64(statement, place, number),
        byte[] bytes => raw.sqlite3_bind_blob(statement, place, bytes),
        _ => throw new ArgumentException($"A {value.GetType().Name} cannot be bound.", nameof(value)),
    });

    public void Bind(IReadOnlyList<object?> values)
    {
        for (var at = 0; at < values.Count; at++)
        {
            Bind(at + 1, values[at]);
        }
    }

    /// <param name="utf8">Not empty: the library would take nothing for null.</param>
    public void BindUtf8(int place, ReadOnlySpan<byte> utf8) => Check(raw.sqlite3_bind_text(statement, place, utf8));

    /// <returns>True when there is a row to read, false at the end.</returns>
    public bool Step()
    {
        var code = raw.sqlite3_step(statement);
        if (code is raw.SQLITE_ROW)
        {
            return true;
        }

        Check(code is raw.SQLITE_DONE ? raw.SQLITE_OK : code);
        return false;
    }

    /// <summary>Valid until the next step.</summary>
    public ReadOnlySpan<byte> Utf8(int column) => raw.sqlite3_column_blob(statement, column);

    public string? Text(int column) => IsNull(column) ? null : Encoding.UTF8.GetString(Utf8(column));

    public double? Number(int column) => IsNull(column) ? null : raw.sqlite3_column_double(statement, column);

    /// <summary>Whether a column is seen to hold that value. False also where only a closer look would tell, as of text beyond ASCII.</summary>
    public bool Holds(int column, object? value) => (raw.sqlite3_column_type(statement, column), value) switch
    {
        (raw.SQLITE_NULL, null) => true,
        (raw.SQLITE_TEXT, string text) => Ascii.Equals(Utf8(column), text),
        (raw.SQLITE_FLOAT, double number) => raw.sqlite3_column_double(statement, column).Equals(number),
        (raw.SQLITE_BLOB, byte[] bytes) => Utf8(column).SequenceEqual(bytes),
        _ => false,
    };

    public long Integer(int column) => raw.sqlite3_column_int64(statement, column);

    /// <summary>Ends the reading, or the transaction that it was.</summary>
    public void Reset() => raw.sqlite3_reset(statement);

    public void Dispose() => statement.Dispose();

    private bool IsNull(int column) => raw.sqlite3_column_type(statement, column) is raw.SQLITE_NULL;

    private void Check(int code) => SqliteException.ThrowExceptionForRC(code, connection);
}
