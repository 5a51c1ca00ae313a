namespace Ecodrix.Storage.Sqlite;

/// <summary>The statement of a grouping.</summary>
internal static class GroupSql
{
    public static string Of(Table table, Grouping grouping, SqlParameters parameters)
    {
        if (grouping.By.Count > 2)
        {
            throw new ArgumentException("A grouping is by two keys at most.", nameof(grouping));
        }

        var keys = grouping.By.Select(key => Key(key, parameters)).ToList();
        var figures = grouping.Aggregates.Select(aggregate => Figure(table, aggregate, parameters)).ToList();
        var places = string.Join(',', Enumerable.Range(1, keys.Count));
        var from = $" FROM {table.Name} AS d{QuerySql.Where(table, grouping.Where, parameters)}";
        var groups = keys.Count == 0 ? string.Empty : $" GROUP BY {places} ORDER BY {places}";
        return $"SELECT {string.Join(',', [.. keys, .. figures, "1"])}{from}{groups}";
    }

    private static string Key(GroupKey key, SqlParameters parameters)
    {
        switch (key)
        {
            case GroupKey.Field { Path: Conditions.FieldPath.Id }:
                return "d._id";
            case GroupKey.Field field:
                return $"(d.body->>{Table.JsonPath(field.Path)})";
            case GroupKey.LocalDay day:
                var operand = Operand.Json.At(day.Path);
                return $"(CASE WHEN {operand.IsText} THEN {SqlFunctions.LocalDay}({operand.Text},{parameters.Add(SqlFunctions.NameOf(day.Zone))}) END)";
            default:
                throw new ArgumentException("An unknown kind of group key.", nameof(key));
        }
    }

    private static string Figure(Table table, Aggregate aggregate, SqlParameters parameters) => aggregate switch
    {
        Aggregate.Count => "count(*)",
        Aggregate.CountIf counted => $"count(*) FILTER (WHERE {new ConditionSql(table, parameters).Of(counted.Condition)})",
        Aggregate.Sum sum => $"total({Number(sum.Path)})",
        Aggregate.Min min => $"min({Number(min.Path)})",
        Aggregate.Max max => $"max({Number(max.Path)})",
        Aggregate.Average average => $"avg({Number(average.Path)})",
        _ => throw new ArgumentException("An unknown kind of aggregate.", nameof(aggregate)),
    };

    private static string Number(string path)
    {
        var operand = Operand.Json.At(path);
        return $"CASE WHEN {operand.IsNumber} THEN {operand.Number} END";
    }
}
