namespace Ecodrix.Storage.Sqlite;

/// <summary>Brings a file's tables and indexes up to what the collections declare. Only ever adds.</summary>
internal static class Schema
{
    /// <returns>The statement that made each table and index, by its name.</returns>
    public static IReadOnlyDictionary<string, string> Found(Connection connection) =>
        connection.Read("SELECT name,sql FROM sqlite_schema WHERE sql IS NOT NULL", [], row => (Name: row.Text(0)!, Statement: row.Text(1)!))
            .ToDictionary(made => made.Name, made => made.Statement, StringComparer.Ordinal);

    /// <param name="found">As <see cref="Found"/> tells it; a column that was added later is in its table's statement too.</param>
    public static bool IsComplete(IReadOnlyDictionary<string, string> found, Table table) =>
        found.TryGetValue(table.PlainName, out var statement)
        && table.Fields.All(field => statement.Contains(Table.ColumnName(field), StringComparison.Ordinal))
        && table.Indexes.All(index => found.ContainsKey(index.Name));

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
