using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Storage.Sqlite;

/// <summary>How one collection lies in a file: a row for each document, its JSON whole, and a plain column for each indexed field.</summary>
/// <remarks>
/// A column holds a number as a double, text as comparisons see it, a boolean as a blob of one byte, and null for what is
/// missing: so its order in SQLite is the order that conditions and sorts mean.
/// </remarks>
internal sealed partial class Table
{
    /// <summary>The place of the first column's value in <see cref="Insert"/> and <see cref="Replace"/>.</summary>
    public const int FirstColumn = 4;

    /// <summary>The sets of columns that change together are few; past that, one that was not met before is written with all.</summary>
    private const int MostReplacements = 32;

    private static readonly ConcurrentBag<Table> Made = [];

    private readonly ConcurrentDictionary<ColumnSet, RowStatement> replacements = new();
    private readonly RowStatement replaceAll;
    private readonly Dictionary<string, Operand> columns;
    private readonly ColumnReader columnReader;

    private Table(string name, IReadOnlyList<DocumentIndex> indexes)
    {
        Name = Quote(name);
        Fields = [.. indexes.SelectMany(Used).Where(field => field is not FieldPath.Id).Distinct(StringComparer.Ordinal)];
        if (Fields.Count > ColumnSet.Most)
        {
            throw new ArgumentException($"At most {ColumnSet.Most} fields are indexed.", nameof(indexes));
        }

        columnReader = new ColumnReader(Fields);
        columns = Fields.ToDictionary(field => field, Operand (field) => new Operand.Column("d." + ColumnName(field)), StringComparer.Ordinal);
        columns.Add(FieldPath.Id, new Operand.Id());
        PlainName = name;
        Indexes = [.. indexes.Select(index => IndexStatement(name, index))];

        var names = Fields.Select(ColumnName).ToList();
        var places = names.Select((_, at) => $",?{at + FirstColumn}");
        Create = $"CREATE TABLE IF NOT EXISTS {Name} (_id TEXT PRIMARY KEY NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL{string.Concat(names.Select(column => "," + column))})";
        Find = $"SELECT body FROM {Name} WHERE _id=?1";
        Insert = new RowStatement($"INSERT INTO {Name} (_id,version,body{string.Concat(names.Select(column => "," + column))}) VALUES (?1,?2,?3{string.Concat(places)}) ON CONFLICT(_id) DO NOTHING", ColumnSet.All);
        Before = $"SELECT rowid{string.Concat(names.Select(column => "," + column))} FROM {Name} WHERE _id=?1 AND version=?2-1";
        replaceAll = MakeReplacement(ColumnSet.All);
        Delete = $"DELETE FROM {Name} WHERE _id=?1";
        Made.Add(this);
    }

    /// <summary>Those that the process has used so far, of any file.</summary>
    public static IEnumerable<Table> All => Made;

    public string Name { get; }

    public string PlainName { get; }

    /// <summary>The fields that have a column, in the order of the columns.</summary>
    public IReadOnlyList<string> Fields { get; }

    /// <summary>Name and statement of each index.</summary>
    public IReadOnlyList<(string Name, string Statement)> Indexes { get; }

    public string Create { get; }

    public string Find { get; }

    public RowStatement Insert { get; }

    /// <summary>Where a document lies before it is replaced, and what its columns hold there.</summary>
    public string Before { get; }

    public string Delete { get; }

    /// <summary>Writes a document anew where it lies, and of its columns those that changed.</summary>
    /// <remarks>SQLite takes a row out of each index of which an update names a column, and puts it in again, whether the value is another or not: a page of each goes to the log.</remarks>
    public RowStatement Replace(ColumnSet changed) =>
        replacements.TryGetValue(changed, out var made) ? made
        : replacements.Count < MostReplacements ? replacements.GetOrAdd(changed, MakeReplacement)
        : replaceAll;

    public static Table Of<T>()
        where T : class, IDocument<T> => Known<T>.Table;

    public static string ColumnName(string field) => Quote("i." + field);

    public static string BooleanLiteral(bool value) => value ? "x'01'" : "x'00'";

    public static string JsonPath(string field)
    {
        if (!Path().IsMatch(field))
        {
            throw new ArgumentException("A field is a path of names parted by dots.", nameof(field));
        }

        return "'$" + string.Concat(field.Split('.').Select(name => $".\"{name}\"")) + "'";
    }

    /// <summary>The best there is to compare a field by.</summary>
    public Operand Operand(string field) => columns.TryGetValue(field, out var operand) ? operand : Sqlite.Operand.Json.At(field);

    /// <summary>The field's text as it was written, which a column does not keep.</summary>
    public Operand TextOperand(string field) => field is FieldPath.Id ? columns[field] : Sqlite.Operand.Json.At(field);

    /// <summary>What the columns of a document hold, in the order of <see cref="Fields"/>.</summary>
    /// <exception cref="InvalidOperationException">An indexed field holds an array or an object.</exception>
    public object?[] ColumnsOf(ReadOnlyMemory<byte> body)
    {
        if (Fields.Count == 0)
        {
            return [];
        }

        return columnReader.Read(body.Span);
    }

    private RowStatement MakeReplacement(ColumnSet changed)
    {
        var assignments = Fields.Select((field, at) => changed.Has(at) ? $",{ColumnName(field)}=?{at + FirstColumn}" : string.Empty);
        return new RowStatement($"UPDATE {Name} SET version=?2,body=?3{string.Concat(assignments)} WHERE rowid=?1", changed);
    }

    private static IEnumerable<string> Used(DocumentIndex index) => index.OnlyWhenSet is { } field ? [.. index.Fields, field] : index.Fields;

    // Ties are broken by the id, so every index ends with it: then no sort needs a second pass.
    private static (string Name, string Statement) IndexStatement(string table, DocumentIndex index)
    {
        IReadOnlyList<string> fields = index.Fields[^1] is FieldPath.Id ? index.Fields : [.. index.Fields, FieldPath.Id];
        var name = $"{table}:{string.Join(',', fields)}{(index.OnlyWhenSet is { } only ? "?" + only : string.Empty)}";
        var where = index.OnlyWhenSet is { } set ? $" WHERE {ColumnName(set)} IS NOT NULL" : string.Empty;
        var list = string.Join(',', fields.Select(field => field is FieldPath.Id ? field : ColumnName(field)));
        return (name, $"CREATE INDEX IF NOT EXISTS {Quote(name)} ON {Quote(table)} ({list}){where}");
    }

    private static string Quote(string name) =>
        name.Contains('"', StringComparison.Ordinal) ? throw new ArgumentException("A name has no quotes.", nameof(name)) : $"\"{name}\"";

    [GeneratedRegex(@"\A[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Path();

    private static class Known<T>
        where T : class, IDocument<T>
    {
        public static readonly Table Table = new(T.Collection.Name, T.Collection.Indexes);
    }
}

/// <summary>A statement that writes a document: told its id or its row, its version, its JSON, and the values of these columns.</summary>
internal sealed record RowStatement(string Sql, ColumnSet Columns);
