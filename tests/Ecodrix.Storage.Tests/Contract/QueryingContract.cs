using System.Text.Json.Nodes;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Storage.Tests.Contract;

/// <summary>Which documents are found, in which order, page by page.</summary>
public abstract class QueryingContract : DatabaseContract
{
    [Fact]
    public async Task Without_a_sort_documents_come_by_id()
    {
        await Notes.AddManyAsync([new Note("b"), new Note("c"), new Note("a")], Cancelled);

        (await IdsOfAsync(null)).ShouldBe(["a", "b", "c"]);
        (await IdsOfAsync(null, new Sort("_id", Descending: true))).ShouldBe(["c", "b", "a"]);
    }

    [Theory]
    [InlineData("content.x")]
    [InlineData("tenant")]
    public async Task Missing_and_null_come_first_then_numbers_then_text(string field)
    {
        JsonNode?[] values = ["b", 10, null, "B", 9, "10", "\uFFFD", "🙂", -1.5];
        await Notes.AddManyAsync([.. values.Select((value, at) => Holding(field, $"n{at}", value))], Cancelled);

        var expected = field is "tenant" ? Texts : Everything;
        (await IdsOfAsync(null, new Sort(field))).ShouldBe(expected);
        (await IdsOfAsync(null, new Sort(field, Descending: true))).ShouldBe(expected.Reverse());
    }

    private static readonly string[] Everything = ["n2", "n8", "n4", "n1", "n5", "n3", "n0", "n6", "n7"];

    // The field is a text in this document, so there only texts are left.
    private static readonly string[] Texts = ["n1", "n2", "n4", "n8", "n5", "n3", "n0", "n6", "n7"];

    [Fact]
    public async Task Equal_ones_follow_each_other_by_id_in_the_direction_of_the_sort()
    {
        await Notes.AddManyAsync([new Note("c", Lane: "x"), new Note("a", Lane: "x"), new Note("d", Lane: "w"), new Note("b", Lane: "x")], Cancelled);

        (await IdsOfAsync(null, new Sort("lane"))).ShouldBe(["d", "a", "b", "c"]);
        (await IdsOfAsync(null, new Sort("lane", Descending: true))).ShouldBe(["c", "b", "a", "d"]);
    }

    [Fact]
    public async Task Later_sorts_decide_where_the_first_does_not()
    {
        await Notes.AddManyAsync([new Note("a", Lane: "x", Text: "2"), new Note("b", Lane: "y", Text: "1"), new Note("c", Lane: "x", Text: "1")], Cancelled);

        (await IdsOfAsync(null, new Sort("lane", Descending: true), new Sort("text"))).ShouldBe(["b", "c", "a"]);
    }

    [Fact]
    public async Task Instants_sort_by_time_whatever_their_offset()
    {
        await Notes.AddManyAsync(
            [Holding("content.x", "late", "2026-03-15T10:00:00.000Z"), Holding("content.x", "early", "2026-03-15T15:00:00+05:30")], Cancelled);

        (await IdsOfAsync(null, new Sort("content.x"))).ShouldBe(["early", "late"]);
    }

    [Fact]
    public async Task Pages_neither_repeat_nor_lose_a_document_while_others_are_inserted()
    {
        await Notes.AddManyAsync([.. Enumerable.Range(0, 30).Select(number => new Note($"m{number:00}", Tenant: "t"))], Cancelled);
        List<string> seen = [];
        string? last = null;

        while (await PageAfterAsync(last) is { Count: > 0 } page)
        {
            seen.AddRange(page.Select(note => note.Id));
            last = seen[^1];
            await Notes.TryAddAsync(new Note($"z{seen.Count:00}", Tenant: "t"), Cancelled);
            await Notes.TryAddAsync(new Note($"a{seen.Count:00}", Tenant: "other"), Cancelled);
        }

        seen.ShouldBe(Enumerable.Range(0, 30).Select(number => $"m{29 - number:00}"));
    }

    [Fact]
    public async Task Skip_and_limit_cut_a_page_out_of_the_order()
    {
        await Notes.AddManyAsync([.. Enumerable.Range(0, 9).Select(number => new Note($"n{number}"))], Cancelled);

        var page = await Notes.QueryAsync(new DocumentQuery(null, 3) { Skip = 4 }, Cancelled);

        page.Select(note => note.Id).ShouldBe(["n4", "n5", "n6"]);
    }

    [Fact]
    public async Task Counting_stops_at_the_most_that_was_asked_for()
    {
        await Notes.AddManyAsync([.. Enumerable.Range(0, 9).Select(number => new Note($"n{number}", Lane: number < 6 ? "bulk" : null))], Cancelled);

        (await Notes.CountAsync(Condition.Eq("lane", "bulk"), 100, Cancelled)).ShouldBe(6);
        (await Notes.CountAsync(Condition.Eq("lane", "bulk"), 4, Cancelled)).ShouldBe(4);
        (await Notes.CountAsync(null, 100, Cancelled)).ShouldBe(9);
    }

    [Fact]
    public async Task A_regular_expression_is_refused()
    {
        var matches = new Condition.Compare("text", Operator.Matches, "^a");

        await Should.ThrowAsync<ArgumentException>(() => Notes.CountAsync(matches, 10, Cancelled));
    }

    [Fact]
    public async Task A_field_that_is_no_path_is_refused()
    {
        await Should.ThrowAsync<ArgumentException>(() => Notes.CountAsync(Condition.Eq("a') OR 1 --", "x"), 10, Cancelled));
    }

    [Fact]
    public async Task A_value_that_looks_like_a_statement_is_only_a_value()
    {
        await Notes.TryAddAsync(new Note("n1", Text: "'; DROP TABLE notes; --"), Cancelled);

        (await IdsOfAsync(Condition.Eq("text", "'; DROP TABLE notes; --"))).ShouldBe(["n1"]);
        (await IdsOfAsync(Condition.In("text", ["'; DROP TABLE notes; --", "\"]}"]))).ShouldBe(["n1"]);
    }

    private static Note Holding(string field, string id, JsonNode? value) => field is "tenant"
        ? new Note(id, Tenant: value is JsonValue text && text.TryGetValue<string>(out var written) ? written : null)
        : new Note(id, Content: new JsonObject { ["x"] = value });

    private async Task<IReadOnlyList<Note>> PageAfterAsync(string? id)
    {
        var mine = Condition.Eq("tenant", "t");
        var where = id is null ? mine : new Condition.All(mine, Condition.Lt("_id", id));
        var newest = await Notes.QueryAsync(new DocumentQuery(where, 7) { Sort = [new Sort("_id", Descending: true)] }, Cancelled);
        return [.. newest];
    }
}
