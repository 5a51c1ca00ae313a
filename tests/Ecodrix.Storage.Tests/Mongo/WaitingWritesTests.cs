using Ecodrix.Storage.Mongo;
using MongoDB.Bson;

namespace Ecodrix.Storage.Tests.Mongo;

/// <summary>Who goes together, and who waits.</summary>
public sealed class WaitingWritesTests
{
    private readonly WaitingWrites waiting = new();

    [Fact]
    public void Replacements_of_one_document_go_one_after_another()
    {
        var (first, second, other) = (Replace("a", 2), Replace("a", 2), Replace("b", 7));
        waiting.Add([first, second, other]);

        waiting.Take(10).ShouldBe([first, other]);
        waiting.Take(10).ShouldBeEmpty();

        first.Settle(written: false);
        waiting.Leave([first, other]).ShouldBeEmpty();
        waiting.Take(10).ShouldBe([second]);
    }

    [Fact]
    public void Who_waited_to_replace_what_another_has_replaced_came_too_late()
    {
        var (first, late, next) = (Replace("a", 2), Replace("a", 2), Replace("a", 3));
        waiting.Add([first, late, next]);
        waiting.Take(10);

        first.Settle(written: true);
        waiting.Leave([first]).ShouldBe([late]);

        waiting.Take(10).ShouldBe([next]);
    }

    [Fact]
    public void After_a_failure_who_waits_gets_a_turn()
    {
        var (first, second) = (Replace("a", 2), Replace("a", 2));
        waiting.Add([first, second]);
        waiting.Take(10);

        first.Fail(new DatabaseUnavailableException());
        waiting.Leave([first]).ShouldBeEmpty();

        waiting.Take(10).ShouldBe([second]);
        Should.Throw<DatabaseUnavailableException>(() => first.Outcome.GetAwaiter().GetResult());
    }

    [Fact]
    public void Additions_go_together_and_no_more_than_may()
    {
        waiting.Add([Insert("a"), Insert("a"), Insert("b")]);

        waiting.Take(2).Count.ShouldBe(2);
        waiting.Take(2).Count.ShouldBe(1);
        waiting.Count.ShouldBe(0);
    }

    [Fact]
    public void While_more_wait_than_go_together_each_owners_are_taken_in_turn()
    {
        MongoWrite[] many = [.. Enumerable.Range(0, 5).Select(number => Insert($"a{number}", "busy"))];
        var one = Insert("b", "quiet");
        waiting.Add([.. many, one]);

        waiting.Take(2).ShouldBe([many[0], one]);
        waiting.Take(10).ShouldBe(many[1..]);
    }

    private static MongoWrite Replace(string id, long version) => MongoWrite.Replace(id, version, ObjectId.GenerateNewId(), [], [5, 0, 0, 0, 0]);

    private static MongoWrite Insert(string id, string? owner = null) => MongoWrite.Insert(id, 1, ObjectId.GenerateNewId(), [5, 0, 0, 0, 0], owner);
}
