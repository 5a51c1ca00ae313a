using Ecodrix.Storage.Sqlite;

namespace Ecodrix.Storage.Tests.Sqlite;

/// <summary>What the next commit takes, when more waits than it can take.</summary>
public sealed class WriteTurnsTests
{
    private readonly WriteTurns turns = new(mostInOneTransaction: 10);

    [Fact]
    public void As_long_as_one_commit_takes_all_they_are_taken_as_they_came()
    {
        var writes = Add(("a", 1), ("b", 1), ("a", 1), (null, 1));

        turns.Take().ShouldBe(writes);
        turns.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void The_one_write_of_an_owner_does_not_stand_behind_the_hundred_of_another()
    {
        var flood = Add([.. Enumerable.Repeat<(string?, int)>(("flood", 1), 100)]);
        var single = Add(("single", 1)).Single();

        var first = turns.Take();

        first.ShouldContain(single);
        first.Where(write => write != single).ShouldBe(flood.Take(9));
    }

    [Fact]
    public void Each_owners_writes_are_taken_in_the_order_of_coming_and_none_twice()
    {
        var writes = Add([.. Enumerable.Range(0, 95).Select<int, (string?, int)>(number => ($"owner{number % 7}", 1))]);

        var taken = new List<Write>();
        while (!turns.IsEmpty)
        {
            taken.AddRange(turns.Take());
        }

        taken.ShouldBe(writes, ignoreOrder: true);
        foreach (var owner in writes.GroupBy(write => write.Share.Owner, StringComparer.Ordinal))
        {
            taken.Where(write => owner.Contains(write)).ShouldBe(owner);
        }
    }

    [Fact]
    public void A_write_of_many_rows_counts_as_so_many()
    {
        var heavy = Add(("heavy", 500), ("heavy", 1));
        var light = Add([.. Enumerable.Repeat<(string?, int)>(("light", 1), 20)]);

        turns.Take().ShouldBe([heavy[0], .. light.Take(9)]);
    }

    [Fact]
    public void What_is_nobodys_has_the_turns_of_one_owner()
    {
        Add([.. Enumerable.Repeat<(string?, int)>((null, 1), 50)]);
        var single = Add(("single", 1)).Single();

        turns.Take().ShouldContain(single);
    }

    private List<Write> Add(params (string? Owner, int Rows)[] shares)
    {
        var writes = shares.Select(Write (share) => new Write<bool>(_ => true, new WriteShare(share.Owner, share.Rows))).ToList();
        turns.Add(writes);
        return writes;
    }
}
