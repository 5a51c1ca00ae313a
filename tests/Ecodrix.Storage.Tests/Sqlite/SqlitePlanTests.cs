using System.Text.Json.Serialization;
using Ecodrix.Storage.Conditions;
using Ecodrix.Storage.Sqlite;

namespace Ecodrix.Storage.Tests.Sqlite;

/// <summary>The hot queries walk their index and sort nothing.</summary>
public sealed class SqlitePlanTests : IDisposable
{
    private static readonly Table Table = Table.Of<Note>();

    private readonly SqliteWorkshop workshop = new();
    private readonly Connection connection;

    public SqlitePlanTests()
    {
        Connection.CreateFile(workshop.ServicesPath);
        connection = Connection.OpenWriter(workshop.ServicesPath, cacheKibibytes: 512);
        Schema.Complete(connection, Table);
    }

    public static TheoryData<string, Condition, Sort, string> HotQueries => new()
    {
        { "newest of a tenant", new Condition.All(Condition.Eq("tenant", "ACME"), Condition.Lt("_id", "65f000000000000000000000")), new Sort("_id", Descending: true), "notes:tenant,_id" },
        { "newest of a lead", new Condition.All(Condition.Eq("tenant", "ACME"), Condition.Eq("leadId", "65f00000000000000000a000")), new Sort("_id", Descending: true), "notes:tenant,leadId,_id" },
        { "what is due", new Condition.All(Condition.Eq("lane", "interactive"), Condition.Lte("dueAt", "2026-03-15T09:30:00.000Z")), new Sort("dueAt"), "notes:lane,dueAt,_id?dueAt" },
        { "one by id", Condition.Eq("_id", "65f000000000000000000000"), new Sort("_id"), "sqlite_autoindex_notes_1" },
    };

    public void Dispose()
    {
        connection.Dispose();
        workshop.Dispose();
    }

    [Theory]
    [MemberData(nameof(HotQueries), DisableDiscoveryEnumeration = true)]
    public void A_hot_query_uses_its_index_and_no_sorter(string name, Condition where, Sort sort, string index)
    {
        var plan = PlanOf(new DocumentQuery(where, 25) { Sort = [sort] });

        plan.ShouldContain($"USING INDEX {index} (", customMessage: name);
        plan.ShouldNotContain("TEMP B-TREE", customMessage: name);
        plan.ShouldNotContain("SCAN", customMessage: name);
    }

    [Fact]
    public void What_has_a_field_is_counted_in_an_index_that_holds_nothing_else()
    {
        var parameters = new SqlParameters();
        var sql = QuerySql.Count(Table, Condition.Exists("dueAt"), 100, parameters);

        PlanOf(sql, parameters).ShouldContain("USING COVERING INDEX notes:lane,dueAt,_id?dueAt");
    }

    [Fact]
    public void A_list_of_ids_is_looked_up_one_by_one()
    {
        PlanOf(new DocumentQuery(Condition.In("_id", ["a", "b"]), 25)).ShouldContain("SEARCH d USING INDEX sqlite_autoindex_notes_1");
    }

    [Fact]
    public void An_index_that_is_declared_later_is_added_and_covers_what_was_there_before()
    {
        Row.Of(new Note("n1", Text: "2026-03-15T15:00:00+05:30"), Table).Insert(connection, Table);
        var later = Table.Of<NoteWithLaterIndex>();
        Schema.IsComplete(Schema.Found(connection), later).ShouldBeFalse();

        Schema.Complete(connection, later);
        Schema.Complete(connection, later);

        Schema.IsComplete(Schema.Found(connection), later).ShouldBeTrue();
        connection.Read("SELECT \"i.text\" FROM notes", [], row => row.Text(0)).ShouldBe(["2026-03-15T09:30:00.000Z"]);
    }

    [Fact]
    public void An_indexed_field_with_a_list_is_refused_before_anything_is_written()
    {
        Should.Throw<InvalidOperationException>(() => Table.ColumnsOf("""{"tenant":["a"]}"""u8.ToArray())).Message.ShouldContain("tenant");
    }

    private string PlanOf(DocumentQuery query)
    {
        var parameters = new SqlParameters();
        return PlanOf(QuerySql.Select(Table, query, parameters), parameters);
    }

    private string PlanOf(string sql, SqlParameters parameters) =>
        string.Join('\n', connection.Read("EXPLAIN QUERY PLAN " + sql, parameters.Values, row => row.Text(3)));
}

internal sealed record NoteWithLaterIndex(string Id, long Version, string? Text) : IDocument<NoteWithLaterIndex>
{
    public static Collection<NoteWithLaterIndex> Collection { get; } =
        new("notes", NoteWithLaterIndexContext.Default.NoteWithLaterIndex, [.. Note.Collection.Indexes, new DocumentIndex("text")]);
}

[JsonSerializable(typeof(NoteWithLaterIndex))]
internal sealed partial class NoteWithLaterIndexContext : JsonSerializerContext;
