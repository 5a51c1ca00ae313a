using System.Text.Json;

namespace Ecodrix.Storage.Sqlite;

/// <summary>A document as it is written. Made on the caller's thread, so that the writer only binds and steps.</summary>
internal sealed record Row(string Id, long Version, byte[] Body, object?[] Columns)
{
    /// <summary>What a row costs the log beside its body, in bytes: keys, indexes, the rest of their pages.</summary>
    public const int Overhead = 2_048;

    public static Row Of<T>(T document, Table table)
        where T : class, IDocument<T>
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(document, T.Collection.Json);
        return new Row(document.Id, document.Version, body, table.ColumnsOf(body));
    }

    /// <returns>False when the id is taken; nothing was written.</returns>
    public bool Insert(Connection connection, Table table) => Write(connection, table.Insert, Id);

    /// <summary>Writes this over the version before it.</summary>
    /// <returns>False when that version is not what is there; nothing was written.</returns>
    public bool Replace(Connection connection, Table table) =>
        FindBefore(connection, table) is var (place, changed) && Write(connection, table.Replace(changed), place);

    /// <returns>The row of the version before this, and which columns are other there; null when that version is not there.</returns>
    private (long Place, ColumnSet Changed)? FindBefore(Connection connection, Table table)
    {
        var statement = connection.Prepared(table.Before);
        try
        {
            statement.Bind(1, Id);
            statement.Bind(2, Version);
            if (!statement.Step())
            {
                return null;
            }

            var changed = default(ColumnSet);
            for (var at = 0; at < Columns.Length; at++)
            {
                changed = statement.Holds(at + 1, Columns[at]) ? changed : changed.With(at);
            }

            return (statement.Integer(0), changed);
        }
        finally
        {
            statement.Reset();
        }
    }

    private bool Write(Connection connection, RowStatement row, object key)
    {
        var statement = connection.Prepared(row.Sql);
        try
        {
            statement.Bind(1, key);
            statement.Bind(2, Version);
            statement.BindUtf8(3, Body);
            for (var at = 0; at < Columns.Length; at++)
            {
                if (row.Columns.Has(at))
                {
                    statement.Bind(Table.FirstColumn + at, Columns[at]);
                }
            }

            statement.Step();
            connection.Written += Body.Length + Overhead;
            return connection.Changes > 0;
        }
        finally
        {
            statement.Reset();
        }
    }
}
