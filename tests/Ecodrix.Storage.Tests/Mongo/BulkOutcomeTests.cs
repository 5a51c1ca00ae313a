using Ecodrix.Storage.Mongo;
using MongoDB.Bson;

namespace Ecodrix.Storage.Tests.Mongo;

/// <summary>Who won, by what is stored and by how many a server says have won.</summary>
public sealed class BulkOutcomeTests
{
    private static readonly ObjectId Others = ObjectId.GenerateNewId();

    [Fact]
    public void Who_finds_its_own_token_has_won() => Decide(1, (Replace("a", 5), 5, true)).ShouldBe([true]);

    [Fact]
    public void Who_finds_anothers_token_at_its_own_version_has_lost() => Decide(0, (Replace("a", 5), 5, false)).ShouldBe([false]);

    [Fact]
    public void Who_finds_an_older_version_has_lost() => Decide(0, (Replace("a", 5), 3, false)).ShouldBe([false]);

    [Fact]
    public void Who_finds_nothing_and_of_whom_none_has_won_has_lost() => Decide(0, (Replace("a", 5), null, false)).ShouldBe([false]);

    [Fact]
    public void Of_two_with_one_winner_the_one_that_another_wrote_upon_is_it() =>
        Decide(1, (Replace("a", 5), 6, false), (Replace("b", 2), 2, false)).ShouldBe([true, false]);

    [Fact]
    public void What_was_written_upon_has_lost_when_all_winners_are_known() =>
        Decide(1, (Replace("a", 5), 6, false), (Replace("b", 2), 2, true)).ShouldBe([false, true]);

    [Fact]
    public void Two_that_were_written_upon_with_one_winner_cannot_be_told() =>
        Decide(1, (Replace("a", 5), 6, false), (Replace("b", 2), null, false)).ShouldBe([null, null]);

    [Fact]
    public void After_a_lost_answer_only_the_token_proves_it() =>
        Decide(null, (Replace("a", 5), 5, true), (Replace("b", 2), 3, false), (Insert("c"), 1, true), (Insert("d"), 1, false), (Insert("e"), 4, false))
            .ShouldBe([true, null, true, false, null]);

    private static MongoWrite Replace(string id, long version) => MongoWrite.Replace(id, version, ObjectId.GenerateNewId(), [], [5, 0, 0, 0, 0]);

    private static MongoWrite Insert(string id) => MongoWrite.Insert(id, 1, ObjectId.GenerateNewId(), [5, 0, 0, 0, 0]);

    private static IReadOnlyList<bool?> Decide(long? matched, params (MongoWrite Write, long? Stored, bool Own)[] cases) => BulkOutcome.Decide(
        [.. cases.Select(one => one.Write)],
        cases.Where(one => one.Stored is not null).ToDictionary(one => one.Write.Id, one => new BulkOutcome.Stored(one.Stored!.Value, one.Own ? one.Write.Token : Others)),
        matched);
}
