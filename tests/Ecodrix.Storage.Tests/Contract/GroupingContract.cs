using System.Text.Json.Nodes;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Storage.Tests.Contract;

/// <summary>Figures made in the database.</summary>
public abstract class GroupingContract : DatabaseContract
{
    [Fact]
    public async Task One_row_stands_for_all_when_there_is_no_key()
    {
        await Notes.AddManyAsync([Worth("a", 10), Worth("b", 2.5), Worth("c", "7"), Worth("d", null)], Cancelled);

        var rows = await GroupAsync([], new Aggregate.Count(), new Aggregate.Sum("content.value"), new Aggregate.Min("content.value"), new Aggregate.Max("content.value"), new Aggregate.Average("content.value"));

        rows.Single().Keys.ShouldBeEmpty();
        rows.Single().Figures.ShouldBe([4, 12.5, 2.5, 10, 6.25]);
    }

    [Fact]
    public async Task Of_nothing_counts_and_sums_are_zero_and_the_rest_is_null()
    {
        var rows = await GroupAsync([], new Aggregate.Count(), new Aggregate.Sum("content.value"), new Aggregate.Min("content.value"), new Aggregate.Average("content.value"));

        rows.Single().Figures.ShouldBe([0, 0, null, null]);
    }

    [Fact]
    public async Task Groups_come_ordered_by_their_keys_and_what_is_missing_is_a_group_of_its_own()
    {
        await Notes.AddManyAsync([new Note("1", Lane: "b", Text: "x"), new Note("2", Text: "x"), new Note("3", Lane: "a", Text: "y"), new Note("4", Lane: "b", Text: "y"), new Note("5", Lane: "b", Text: "y")], Cancelled);

        var rows = await GroupAsync([new GroupKey.Field("lane"), new GroupKey.Field("text")], new Aggregate.Count());

        rows.Select(row => (row.Keys[0], row.Keys[1], row.Figures[0])).ShouldBe([(null, "x", 1), ("a", "y", 1), ("b", "x", 1), ("b", "y", 2)]);
    }

    [Fact]
    public async Task What_meets_a_condition_is_counted_beside_the_rest()
    {
        await Notes.AddManyAsync([Worth("a", 10), Worth("b", 20), Worth("c", 30)], Cancelled);

        var rows = await GroupAsync([], new Aggregate.CountIf(Condition.Gte("content.value", 20)), new Aggregate.Count());

        rows.Single().Figures.ShouldBe([2, 3]);
    }

    [Fact]
    public async Task Only_what_meets_the_condition_is_grouped()
    {
        await Notes.AddManyAsync([new Note("1", Lane: "a"), new Note("2", Lane: "b")], Cancelled);

        var rows = await Notes.GroupAsync(new Grouping(Condition.Eq("lane", "b"), [new GroupKey.Field("lane")], [new Aggregate.Count()]), Cancelled);

        rows.Single().Keys.ShouldBe(["b"]);
    }

    [Fact]
    public async Task A_day_is_the_tenants_own_across_the_change_to_summer_time()
    {
        var berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        await Notes.AddManyAsync(
            [
                Due("1", "2026-03-28T22:59:59.000Z"),
                Due("2", "2026-03-28T23:00:00.000Z"),
                Due("3", "2026-03-29T21:59:59.000Z"),
                Due("4", "2026-03-29T22:00:00.000Z"),
                new Note("5"),
            ],
            Cancelled);

        var rows = await GroupAsync([new GroupKey.LocalDay("dueAt", berlin)], new Aggregate.Count());

        rows.Select(row => (row.Keys[0], row.Figures[0])).ShouldBe([(null, 1), ("2026-03-28", 1), ("2026-03-29", 2), ("2026-03-30", 1)]);
    }

    [Fact]
    public async Task Days_of_two_zones_differ()
    {
        await Notes.TryAddAsync(Due("1", "2026-03-15T20:00:00.000Z"), Cancelled);

        var rows = await GroupAsync(
            [new GroupKey.LocalDay("dueAt", TimeZoneInfo.FindSystemTimeZoneById("Asia/Kolkata")), new GroupKey.LocalDay("dueAt", TimeZoneInfo.Utc)], new Aggregate.Count());

        rows.Single().Keys.ShouldBe(["2026-03-16", "2026-03-15"]);
    }

    private static Note Worth(string id, JsonNode? value) => new(id, Content: new JsonObject { ["value"] = value });

    private static Note Due(string id, string at) => new(id, DueAt: DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture));

    private Task<IReadOnlyList<GroupRow>> GroupAsync(IReadOnlyList<GroupKey> by, params IReadOnlyList<Aggregate> aggregates) =>
        Notes.GroupAsync(new Grouping(null, by, aggregates), Cancelled);
}
