using System.Text.Json.Serialization;
using Ecodrix.Storage.Sqlite;

namespace Ecodrix.Storage.Tests.Sqlite;

/// <summary>A document that is written anew costs the pages of what changed, and its columns follow it.</summary>
public sealed class ReplacementTests : IDisposable
{
    private static readonly Table Table = Table.Of<Valued>();

    private readonly SqliteWorkshop workshop = new();
    private readonly Connection connection;

    public ReplacementTests()
    {
        Connection.CreateFile(workshop.ServicesPath);
        connection = Connection.OpenWriter(workshop.ServicesPath, cacheKibibytes: 512);
        Schema.Complete(connection, Table);
        connection.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
    }

    public static TheoryData<Valued, Valued> Changes => new()
    {
        { new Valued("v1", Text: "one"), new Valued("v1", Text: "two") },
        { new Valued("v1", Text: "one"), new Valued("v1", Text: "One") },
        { new Valued("v1", Text: "अर्जुन"), new Valued("v1", Text: "कृष्ण") },
        { new Valued("v1", Text: "अर्जुन"), new Valued("v1", Text: "अर्जुन", Number: 1) },
        { new Valued("v1", Text: string.Empty), new Valued("v1") },
        { new Valued("v1"), new Valued("v1", Text: string.Empty) },
        { new Valued("v1", Number: 1), new Valued("v1", Number: 1.5) },
        { new Valued("v1", Number: 0), new Valued("v1", Flag: false) },
        { new Valued("v1", Flag: false), new Valued("v1", Flag: true) },
        { new Valued("v1", Flag: true), new Valued("v1") },
        { new Valued("v1", Text: "1"), new Valued("v1", Number: 1) },
        { new Valued("v1", Text: "same", Number: 2, Flag: true), new Valued("v1", Text: "same", Number: 2, Flag: true) },
    };

    public void Dispose()
    {
        connection.Dispose();
        workshop.Dispose();
    }

    [Theory]
    [MemberData(nameof(Changes), DisableDiscoveryEnumeration = true)]
    public void Columns_and_indexes_follow_the_document(Valued before, Valued after)
    {
        RowOf(before).Insert(connection, Table);

        RowOf(after with { Version = 2 }).Replace(connection, Table).ShouldBeTrue();

        Columns().ShouldBe([RowOf(after).Columns]);
        connection.Read("PRAGMA integrity_check", [], row => row.Text(0)).ShouldBe(["ok"]);
    }

    [Fact]
    public void What_changed_in_no_indexed_field_costs_the_log_one_page()
    {
        var before = new Valued("v1", Text: "one", Number: 1, Flag: true);
        RowOf(before).Insert(connection, Table);
        connection.Execute("PRAGMA wal_checkpoint(TRUNCATE)");

        RowOf(before with { Version = 2, Note = "another" }).Replace(connection, Table).ShouldBeTrue();

        LogPages().ShouldBe(1);
    }

    [Fact]
    public void What_changed_in_one_indexed_field_costs_a_page_more_and_not_one_for_each_index()
    {
        var before = new Valued("v1", Text: "one", Number: 1, Flag: true);
        RowOf(before).Insert(connection, Table);
        connection.Execute("PRAGMA wal_checkpoint(TRUNCATE)");

        RowOf(before with { Version = 2, Number = 2 }).Replace(connection, Table).ShouldBeTrue();

        LogPages().ShouldBe(2);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Only_the_version_before_is_replaced(long version)
    {
        var before = new Valued("v1", Text: "one");
        RowOf(before).Insert(connection, Table);

        RowOf(before with { Version = version, Text = "two" }).Replace(connection, Table).ShouldBeFalse();

        Columns().ShouldBe([RowOf(before).Columns]);
    }

    [Fact]
    public void What_is_not_there_is_not_replaced()
    {
        RowOf(new Valued("v1", Version: 2)).Replace(connection, Table).ShouldBeFalse();

        Columns().ShouldBeEmpty();
    }

    [Fact]
    public void Columns_follow_when_more_of_them_change_together_in_more_ways_than_have_statements()
    {
        var table = Table.Of<Wide>();
        Schema.Complete(connection, table);
        Row.Of(new Wide("w1", 1, 0, 0, 0, 0, 0, 0), table).Insert(connection, table);

        var last = new Wide("w1", 1, 0, 0, 0, 0, 0, 0);
        for (var ways = 1; ways < 64; ways++)
        {
            last = new Wide(
                "w1", last.Version + 1, Next(last.A, ways, 0), Next(last.B, ways, 1), Next(last.C, ways, 2), Next(last.D, ways, 3), Next(last.E, ways, 4), Next(last.F, ways, 5));
            Row.Of(last, table).Replace(connection, table).ShouldBeTrue();
            connection.Read("SELECT \"i.a\",\"i.b\",\"i.c\",\"i.d\",\"i.e\",\"i.f\" FROM wide", [], row => Enumerable.Range(0, 6).Select(row.Number).ToList())[0]
                .ShouldBe([last.A, last.B, last.C, last.D, last.E, last.F]);
        }
    }

    private static double Next(double value, int ways, int place) => value + (ways >> place & 1);

    private static Row RowOf(Valued document) => Row.Of(document, Table);

    private List<object?[]> Columns() => connection.Read("SELECT \"i.text\",\"i.number\",\"i.flag\" FROM valued", [], row => new object?[]
    {
        row.Text(0),
        row.Number(1),
        row.Holds(2, null) ? null : row.Utf8(2).ToArray(),
    });

    private long LogPages() => connection.Read("PRAGMA wal_checkpoint(PASSIVE)", [], row => row.Integer(1))[0];
}

/// <summary>A document with an index over a field of each kind.</summary>
public sealed record Valued(
    [property: JsonPropertyName("_id")] string Id, long Version = 1, string? Text = null, double? Number = null, bool? Flag = null, string? Note = null) : IDocument<Valued>
{
    public static Collection<Valued> Collection { get; } = new(
        "valued", ReplacementContext.Default.Valued, new DocumentIndex("text"), new DocumentIndex("number"), new DocumentIndex("flag") { OnlyWhenSet = "flag" });
}

internal sealed record Wide(
    [property: JsonPropertyName("_id")] string Id, long Version, double A, double B, double C, double D, double E, double F) : IDocument<Wide>
{
    public static Collection<Wide> Collection { get; } = new(
        "wide", ReplacementContext.Default.Wide, [.. new[] { "a", "b", "c", "d", "e", "f" }.Select(field => new DocumentIndex(field))]);
}

[JsonSerializable(typeof(Valued))]
[JsonSerializable(typeof(Wide))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class ReplacementContext : JsonSerializerContext;
