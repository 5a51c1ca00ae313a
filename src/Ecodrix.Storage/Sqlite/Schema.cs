namespace Ecodrix.Storage.Sqlite;

/// <summary>Brings a file's tables and indexes up to what the collections declare. Only ever adds.</summary>
internal static class Schema
{
    public static bool IsComplete(Connection connection, Table table)
    {
        var columns = Columns(connection, table);
        return columns.Count > 0
            && table.Fields.All(field => columns.Contains("i." + field))
            && table.Indexes.Select(index => index.Name).All(Indexes(connection, table).Contains);
    }

    /// <summary>Done twice is done once.</summary>
    public static bool Complete(Connection connection, Table table)
    {
        connection.Execute(table.Create);
        var columns = Columns(connection, table);
        var missing = table.Fields.Where(field => !columns.Contains("i." + field)).ToList();
        foreach (var field in missing)
        {
            connection.Execute($"ALTER TABLE {table.Name} ADD COLUMN {Table.ColumnName(field)}");
        }

        if (missing.Count > 0)
        {
            Fill(connection, table);
        }

        foreach (var index in table.Indexes)
        {
            connection.Execute(index.Statement);
        }

        return true;
    }

    private static HashSet<string> Columns(Connection connection, Table table) =>
        [.. connection.Read("SELECT name FROM pragma_table_info(?1)", [table.PlainName], row => row.Text(0)!)];

    private static HashSet<string> Indexes(Connection connection, Table table) =>
        [.. connection.Read("SELECT name FROM sqlite_schema WHERE type='index' AND tbl_name=?1", [table.PlainName], row => row.Text(0)!)];

    // Column by column from the documents that were there before the column was.
    private static void Fill(Connection connection, Table table)
    {
        var assignments = string.Join(',', table.Fields.Select((field, at) => $"{Table.ColumnName(field)}=?{at + 2}"));
        var update = connection.Prepared($"UPDATE {table.Name} SET {assignments} WHERE rowid=?1");
        var last = 0L;
        while (connection.Read($"SELECT rowid,body FROM {table.Name} WHERE rowid>?1 ORDER BY rowid LIMIT 500", [last], row => (Row: row.Integer(0), Body: row.Utf8(1).ToArray())) is { Count: > 0 } rows)
        {
            foreach (var (row, body) in rows)
            {
                update.Bind([row, .. table.ColumnsOf(body)]);
                update.Step();
                update.Reset();
            }

            last = rows[^1].Row;
        }
    }
}
