namespace Ecodrix.Storage.Sqlite;

/// <summary>One side of a comparison in SQL: a value of which the kind is known only row by row.</summary>
/// <param name="IsText">True for text.</param>
/// <param name="IsNumber">True for a number.</param>
/// <param name="IsNull">True for what is missing or null; never null itself.</param>
/// <param name="IsThere">The contrary; for a column in the form by which the planner knows that an index without nulls will do.</param>
/// <param name="Text">The text as it was written.</param>
/// <param name="NormalText">The text as comparisons see it, instants in their one form.</param>
/// <param name="Number">The number, as a double.</param>
internal abstract record Operand(string IsText, string IsNumber, string IsNull, string IsThere, string Text, string NormalText, string Number)
{
    public abstract string IsBoolean(bool value);

    /// <summary>A column filled by the writer, so that an index can serve it.</summary>
    public sealed record Column(string Name) : Operand(
        $"typeof({Name})='text'", $"typeof({Name})='real'", $"{Name} IS NULL", $"{Name} IS NOT NULL", Name, Name, Name)
    {
        public override string IsBoolean(bool value) => $"{Name}={Table.BooleanLiteral(value)}";
    }

    /// <summary>The id: always text, compared as it is.</summary>
    public sealed record Id() : Operand("1", "0", "0", "1", "d._id", "d._id", "0")
    {
        public override string IsBoolean(bool value) => "0";
    }

    /// <summary>A value inside the body.</summary>
    public sealed record Json(string Type, string Atom, string? Path = null) : Operand(
        $"{Type}='text'",
        $"{Type} IN ('integer','real')",
        $"ifnull({Type},'null')='null'",
        $"ifnull({Type},'null')<>'null'",
        Atom,
        $"ifnull({SqlFunctions.Instant}({Atom}),{Atom})",
        $"CAST({Atom} AS REAL)")
    {
        public static readonly Json Element = new("e.type", "e.atom");

        public static Json At(string field)
        {
            var path = Table.JsonPath(field);
            return new Json($"json_type(d.body,{path})", $"json_extract(d.body,{path})", path);
        }

        public override string IsBoolean(bool value) => value ? $"{Type}='true'" : $"{Type}='false'";
    }
}
