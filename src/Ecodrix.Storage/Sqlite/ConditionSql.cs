using System.Text.Json;
using System.Text.Json.Nodes;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Storage.Sqlite;

/// <summary>Translates a condition to SQL over the table's indexed columns and the JSON body.</summary>
/// <remarks>
/// A part may yield SQL's null where it means false: above it stand only AND, OR and a NOT that takes null for false.
/// So an indexed column can be compared bare, which is what lets an index serve it.
/// </remarks>
internal sealed class ConditionSql(Table table, SqlParameters parameters)
{
    public string Of(Condition condition) => condition switch
    {
        Condition.All all => Join(all.Conditions, " AND ", "1"),
        Condition.Any any => Join(any.Conditions, " OR ", "0"),
        Condition.Not not => Not(Of(not.Inner)),
        Condition.Compare compare => Of(compare),
        _ => throw new ArgumentException("An unknown kind of condition.", nameof(condition)),
    };

    private string Join(IReadOnlyList<Condition> conditions, string word, string none) => conditions.Count switch
    {
        0 => none,
        1 => Of(conditions[0]),
        _ => "(" + string.Join(word, conditions.Select(Of)) + ")",
    };

    private static string Not(string sql) => $"(NOT ifnull({sql},0))";

    private string Of(Condition.Compare compare)
    {
        var value = FieldValue.Of(compare.Value);
        return compare.Operator switch
        {
            Operator.Eq => Holds(compare.Field, value, Equal),
            Operator.Neq => Not(Holds(compare.Field, value, Equal)),
            Operator.In => Holds(compare.Field, value, OneOf),
            Operator.Nin => Not(Holds(compare.Field, value, OneOf)),
            Operator.EqCi => Holds(compare.Field, value, EqualFolded),
            Operator.Gt => Ordered(compare.Field, value, ">"),
            Operator.Gte => Ordered(compare.Field, value, ">="),
            Operator.Lt => Ordered(compare.Field, value, "<"),
            Operator.Lte => Ordered(compare.Field, value, "<="),
            Operator.Exists => table.Operand(compare.Field).IsThere,
            Operator.NotExists => table.Operand(compare.Field).IsNull,
            Operator.Contains => Contained(compare.Field, value),
            Operator.NotContains => Not(Contained(compare.Field, value)),
            Operator.ContainsCi => ContainedFolded(compare.Field, value),
            Operator.StartsWith => TextTest(compare.Field, value, (text, part) => $"instr({text},{part})=1"),
            Operator.EndsWith => TextTest(compare.Field, value, (text, part) => $"{SqlFunctions.EndsWith}({text},{part})"),
            _ => throw new ArgumentException("A regular expression is for rules and branches; a database filter has none.", nameof(compare)),
        };
    }

    /// <summary>The test on the value itself, or on any element when it is an array.</summary>
    private string Holds(string field, FieldValue value, Func<Operand, FieldValue, string> test)
    {
        var operand = table.Operand(field);
        var alone = test(operand, value);
        return operand is Operand.Json json ? $"({alone} OR {AnyElement(json, value, test)})" : alone;
    }

    private static string AnyElement(Operand.Json array, FieldValue value, Func<Operand, FieldValue, string> test) =>
        $"({array.Type}='array' AND EXISTS (SELECT 1 FROM json_each(d.body,{array.Path}) AS e WHERE {test(Operand.Json.Element, value)}))";

    private string Equal(Operand operand, FieldValue value) => value.Kind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => operand.IsNull,
        JsonValueKind.True => operand.IsBoolean(true),
        JsonValueKind.False => operand.IsBoolean(false),
        JsonValueKind.Number => NumberTest(operand, "=", value.Number),
        JsonValueKind.String => EqualText(operand, value.Text),
        _ => "0",
    };

    private string EqualText(Operand operand, string text)
    {
        var isNumber = Scalars.TryNumber(text, out var number);
        switch (operand)
        {
            case Operand.Id:
                return $"d._id={parameters.Add(text)}";
            case Operand.Column column:
                var normal = parameters.Add(Scalars.Normal(text));
                return isNumber ? $"{column.Name} IN ({normal},{parameters.Add(number)})" : $"{column.Name}={normal}";
        }

        // Only an instant can equal a text that is written otherwise.
        var equal = Scalars.TryInstant(text, out var instant)
            ? $"({operand.IsText} AND {operand.NormalText}={parameters.Add(instant)})"
            : $"({operand.IsText} AND {operand.Text}={parameters.Add(text)})";
        return isNumber ? $"({equal} OR ({operand.IsNumber} AND {operand.Number}={parameters.Add(number)}))" : equal;
    }

    private string EqualFolded(Operand operand, FieldValue value)
    {
        if (value.Kind is not JsonValueKind.String)
        {
            return Equal(operand, value);
        }

        var text = operand is Operand.Id ? value.Text : Scalars.Normal(value.Text);
        return $"({Equal(operand, value)} OR ({operand.IsText} AND {SqlFunctions.EqualFolded}({operand.NormalText},{parameters.Add(Scalars.Fold(text))})))";
    }

    private string OneOf(Operand operand, FieldValue value)
    {
        if (value.Kind is not JsonValueKind.Array)
        {
            return Equal(operand, value);
        }

        var values = value.Elements().ToList();
        var texts = values.Where(one => one.Kind is JsonValueKind.String).Select(one => one.Text).ToList();
        List<string> parts = [.. values.Where(one => one.Kind is not JsonValueKind.String).Select(one => Equal(operand, one))];
        if (texts.Count > 0)
        {
            parts.Add(OneOfTexts(operand, texts));
        }

        // A text that is a number equals that number too; as an equality of its own it says so.
        parts.AddRange(operand is Operand.Id ? [] : texts.Where(text => Scalars.TryNumber(text, out _)).Select(text => EqualText(operand, text)));
        return parts.Count switch
        {
            0 => "0",
            1 => parts[0],
            _ => $"({string.Join(" OR ", parts)})",
        };
    }

    // One parameter for a list of any length, so that the prepared statement serves them all.
    private string OneOfTexts(Operand operand, List<string> texts)
    {
        var isId = operand is Operand.Id;
        var list = new JsonArray([.. texts.Select(text => (JsonNode?)(isId ? text : Scalars.Normal(text)))]);
        var parameter = parameters.Add(list.ToJsonString());
        var among = $"{operand.NormalText} IN (SELECT value FROM json_each({parameter}))";
        return operand is Operand.Json ? $"({operand.IsText} AND {among})" : among;
    }

    private string Ordered(string field, FieldValue value, string sign)
    {
        var operand = table.Operand(field);
        return value.Kind switch
        {
            JsonValueKind.Number => NumberTest(operand, sign, value.Number),
            JsonValueKind.String => OrderedText(operand, value.Text, sign),
            _ => "0",
        };
    }

    private string OrderedText(Operand operand, string text, string sign)
    {
        if (operand is Operand.Id)
        {
            return $"d._id{sign}{parameters.Add(text)}";
        }

        var normal = parameters.Add(Scalars.Normal(text));
        var ordered = operand is Operand.Column column
            ? OrderedColumn(column.Name, sign, normal)
            : $"({operand.IsText} AND {operand.NormalText}{sign}{normal})";
        return Scalars.TryNumber(text, out var number)
            ? $"({ordered} OR ({operand.IsNumber} AND {operand.Number}{sign}{parameters.Add(number)}))"
            : ordered;
    }

    // In a column numbers lie before all text and blobs after it: the second bound keeps them out and narrows the index's range.
    private static string OrderedColumn(string name, string sign, string value) =>
        sign[0] == '>' ? $"({name}{sign}{value} AND {name}<x'')" : $"({name}{sign}{value} AND {name}>='')";

    private string NumberTest(Operand operand, string sign, double number)
    {
        var parameter = parameters.Add(number);
        return $"(({operand.IsNumber} AND {operand.Number}{sign}{parameter}) OR ({operand.IsText} AND {SqlFunctions.Number}({operand.Text}){sign}{parameter}))";
    }

    private string Contained(string field, FieldValue value)
    {
        var json = table.TextOperand(field);
        var any = json is Operand.Json { Path: not null } array ? AnyElement(array, value, Equal) : "0";
        return value.Kind is JsonValueKind.String
            ? $"(({json.IsText} AND instr({json.Text},{parameters.Add(value.Text)})>0) OR {any})"
            : any;
    }

    private string ContainedFolded(string field, FieldValue value)
    {
        var json = table.TextOperand(field);
        var any = json is Operand.Json { Path: not null } array ? AnyElement(array, value, EqualFolded) : "0";
        return value.Kind is JsonValueKind.String
            ? $"(({json.IsText} AND {SqlFunctions.ContainsFolded}({json.Text},{parameters.Add(Scalars.Fold(value.Text))})) OR {any})"
            : any;
    }

    private string TextTest(string field, FieldValue value, Func<string, string, string> test)
    {
        var operand = table.TextOperand(field);
        return value.Kind is JsonValueKind.String
            ? $"({operand.IsText} AND {test(operand.Text, parameters.Add(value.Text))})"
            : "0";
    }
}
