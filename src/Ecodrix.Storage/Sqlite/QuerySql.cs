using Ecodrix.Storage.Conditions;

namespace Ecodrix.Storage.Sqlite;

/// <summary>The statements that find, count and delete by a condition.</summary>
internal static class QuerySql
{
    public static string Select(Table table, DocumentQuery query, SqlParameters parameters)
    {
        if (query is { Limit: < 1 } or { Skip: < 0 })
        {
            throw new ArgumentException("A query asks for at least one document and passes over none or more.", nameof(query));
        }

        return $"SELECT d.body FROM {table.Name} AS d{Where(table, query.Where, parameters)} ORDER BY {Order(table, query.Sort)} LIMIT {parameters.Add((long)query.Limit)} OFFSET {parameters.Add((long)query.Skip)}";
    }

    public static string Count(Table table, Condition? where, int atMost, SqlParameters parameters) =>
        $"SELECT count(*) FROM (SELECT 1 FROM {table.Name} AS d{Where(table, where, parameters)} LIMIT {parameters.Add((long)atMost)})";

    public static string DeleteMany(Table table, Condition where, int atMost, SqlParameters parameters) =>
        $"DELETE FROM {table.Name} WHERE rowid IN (SELECT d.rowid FROM {table.Name} AS d{Where(table, where, parameters)} LIMIT {parameters.Add((long)atMost)})";

    public static string Where(Table table, Condition? where, SqlParameters parameters) =>
        where is null ? string.Empty : " WHERE " + new ConditionSql(table, parameters).Of(where);

    // The id follows in the direction of the last sort, so that one index serves both ways.
    private static string Order(Table table, IReadOnlyList<Sort> sorts)
    {
        var terms = sorts.Select(sort => Key(table.Operand(sort.Field)) + (sort.Descending ? " DESC" : string.Empty));
        return sorts is [.., { Field: FieldPath.Id }]
            ? string.Join(',', terms)
            : string.Join(',', [.. terms, sorts is [.., { Descending: true }] ? "d._id DESC" : "d._id"]);
    }

    private static string Key(Operand operand) => operand is Operand.Json json
        ? $"CASE {json.Type} WHEN 'text' THEN {json.NormalText} WHEN 'integer' THEN {json.Number} WHEN 'real' THEN {json.Number} WHEN 'false' THEN {Table.BooleanLiteral(false)} WHEN 'true' THEN {Table.BooleanLiteral(true)} WHEN 'array' THEN x'02' WHEN 'object' THEN x'02' END"
        : operand.NormalText;
}
