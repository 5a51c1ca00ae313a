namespace Ecodrix.Storage.Sqlite;

/// <summary>Some of a table's columns, by their places in <see cref="Table.Fields"/>.</summary>
internal readonly record struct ColumnSet(ulong Bits)
{
    /// <summary>How many columns a table has at most.</summary>
    public const int Most = 64;

    public static readonly ColumnSet All = new(ulong.MaxValue);

    public bool Has(int place) => (Bits >> place & 1) == 1;

    public ColumnSet With(int place) => new(Bits | 1UL << place);
}
