using System.Text.Json;

namespace Ecodrix.Storage.Sqlite;

/// <summary>A document as it is written. Made on the caller's thread, so that the writer only binds and steps.</summary>
internal sealed record Row(string Id, long Version, byte[] Body, object?[] Columns)
{
    /// <summary>What a row costs the log beside its body, in bytes: keys, indexes, the rest of their pages.</summary>
    public const int Overhead = 2_048;

    private const int FirstColumn = 4;

    public static Row Of<T>(T document, Table table)
        where T : class, IDocument<T>
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(document, T.Collection.Json);
        return new Row(document.Id, document.Version, body, table.ColumnsOf(body));
    }

    /// <returns>Whether a row was written.</returns>
    public bool Run(Connection connection, string sql)
    {
        var statement = connection.Prepared(sql);
        try
        {
            statement.Bind(1, Id);
            statement.Bind(2, Version);
            statement.BindUtf8(3, Body);
            for (var at = 0; at < Columns.Length; at++)
            {
                statement.Bind(FirstColumn + at, Columns[at]);
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
