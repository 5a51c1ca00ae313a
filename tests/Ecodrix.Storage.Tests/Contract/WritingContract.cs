using Ecodrix.Storage.Conditions;

namespace Ecodrix.Storage.Tests.Contract;

/// <summary>Adding, replacing, deleting, and who wins.</summary>
public abstract class WritingContract : DatabaseContract
{
    [Fact]
    public async Task A_document_comes_back_as_it_was_added()
    {
        var note = new Note("n1", Text: "नमस्ते 🙂 \u0000 \u2028 \"quoted\"", DueAt: new DateTimeOffset(2026, 3, 15, 9, 30, 0, TimeSpan.Zero));

        (await Notes.TryAddAsync(note, Cancelled)).ShouldBeTrue();

        (await Notes.FindAsync("n1", Cancelled)).ShouldBe(note);
    }

    [Fact]
    public async Task What_was_never_added_is_not_found()
    {
        (await Notes.FindAsync("nobody", Cancelled)).ShouldBeNull();
    }

    [Fact]
    public async Task Adding_twice_is_adding_once()
    {
        (await Notes.TryAddAsync(new Note("n1", Text: "first"), Cancelled)).ShouldBeTrue();
        (await Notes.TryAddAsync(new Note("n1", Text: "second"), Cancelled)).ShouldBeFalse();

        (await Notes.FindAsync("n1", Cancelled))!.Text.ShouldBe("first");
    }

    [Fact]
    public async Task Of_many_who_add_the_same_id_at_once_exactly_one_wins()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => Notes.TryAddAsync(new Note("n1", Text: $"{number}"), Cancelled)));

        outcomes.Count(won => won).ShouldBe(1);
    }

    [Fact]
    public async Task Of_two_writers_that_read_the_same_version_exactly_one_wins()
    {
        await Notes.TryAddAsync(new Note("n1", Text: "start"), Cancelled);

        var outcomes = await Task.WhenAll(
            Notes.TryReplaceAsync(new Note("n1", Version: 2, Text: "left"), Cancelled),
            Notes.TryReplaceAsync(new Note("n1", Version: 2, Text: "right"), Cancelled));

        outcomes.Count(won => won).ShouldBe(1);
        (await Notes.FindAsync("n1", Cancelled))!.Version.ShouldBe(2);
    }

    [Fact]
    public async Task What_is_gone_is_not_replaced()
    {
        (await Notes.TryReplaceAsync(new Note("n1", Version: 2), Cancelled)).ShouldBeFalse();

        (await Notes.FindAsync("n1", Cancelled)).ShouldBeNull();
    }

    [Fact]
    public async Task A_replacement_is_found_by_its_new_fields_and_no_longer_by_its_old_ones()
    {
        await Notes.TryAddAsync(new Note("n1", LeadId: "old"), Cancelled);
        await Notes.TryReplaceAsync(new Note("n1", Version: 2, LeadId: "new"), Cancelled);

        (await IdsOfAsync(Condition.Eq("leadId", "new"))).ShouldBe(["n1"]);
        (await IdsOfAsync(Condition.Eq("leadId", "old"))).ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_many_added_together_one_whose_id_is_taken_does_not_hold_the_others()
    {
        await Notes.TryAddAsync(new Note("n2"), Cancelled);

        var outcomes = await Notes.AddManyAsync([new Note("n1"), new Note("n2"), new Note("n3"), new Note("n3")], Cancelled);

        outcomes.ShouldBe([true, false, true, false]);
        (await Notes.CountAsync(null, 10, Cancelled)).ShouldBe(3);
    }

    [Fact]
    public async Task Adding_none_is_no_failure()
    {
        (await Notes.AddManyAsync([], Cancelled)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Those_that_exist_are_found_in_the_order_asked()
    {
        await Notes.AddManyAsync([new Note("n1"), new Note("n2"), new Note("n3")], Cancelled);

        var found = await Notes.FindManyAsync(["n3", "n9", "n1"], Cancelled);

        found.Select(note => note.Id).ShouldBe(["n3", "n1"]);
    }

    [Fact]
    public async Task A_deleted_document_is_gone_and_cannot_be_deleted_again()
    {
        await Notes.TryAddAsync(new Note("n1"), Cancelled);

        (await Notes.DeleteAsync("n1", Cancelled)).ShouldBeTrue();
        (await Notes.DeleteAsync("n1", Cancelled)).ShouldBeFalse();
        (await Notes.FindAsync("n1", Cancelled)).ShouldBeNull();
    }

    [Fact]
    public async Task Many_are_deleted_in_batches_until_none_is_left()
    {
        await Notes.AddManyAsync([.. Enumerable.Range(0, 25).Select(number => new Note($"n{number}", Lane: number < 23 ? "bulk" : "interactive"))], Cancelled);
        var bulk = Condition.Eq("lane", "bulk");

        (await Notes.DeleteManyAsync(bulk, 10, Cancelled)).ShouldBe(10);
        (await Notes.DeleteManyAsync(bulk, 10, Cancelled)).ShouldBe(10);
        (await Notes.DeleteManyAsync(bulk, 10, Cancelled)).ShouldBe(3);
        (await Notes.CountAsync(null, 100, Cancelled)).ShouldBe(2);
    }
}
