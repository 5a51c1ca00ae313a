using System.Text.Json;
using CsCheck;
using Ecodrix.Storage.Conditions;
using Ecodrix.Storage.Tests.Conditions;

namespace Ecodrix.Storage.Tests.Contract;

/// <summary>A condition means in the database what it means in memory.</summary>
public abstract class ConditionContract : DatabaseContract
{
    private const int Rounds = 300;
    private const int NotesInRound = 8;
    private const int ConditionsInRound = 40;

    private static readonly DateTimeOffset Now = new(2026, 3, 15, 9, 30, 0, TimeSpan.Zero);

    [Fact]
    public async Task Random_conditions_on_random_documents_find_in_the_database_what_they_meet_in_memory()
    {
        var round = Gen.Select(ConditionGenerator.Note.Array[NotesInRound], ConditionGenerator.Condition.Array[ConditionsInRound]);

        await round.SampleAsync(async (notes, conditions) =>
        {
            // Every round has the whole collection to itself by a lane of its own.
            var lane = Guid.NewGuid().ToString("N");
            var own = notes.Select((note, at) => note with { Id = $"{lane}{at}{note.Id}", Lane = lane }).ToList();
            await Notes.AddManyAsync(own, Cancelled);

            foreach (var condition in conditions)
            {
                var inDatabase = await IdsOfAsync(new Condition.All(Condition.Eq("lane", lane), condition));
                var inMemory = own.Where(note => condition.IsMetBy(JsonOf(note), Now)).Select(note => note.Id).Order(StringComparer.Ordinal);

                inDatabase.SequenceEqual(inMemory, StringComparer.Ordinal).ShouldBeTrue($"{condition.ToJson().ToJsonString()} over {string.Join('\n', own.Select(note => JsonOf(note).GetRawText()))}");
            }
        }, iter: Rounds, threads: 1);
    }

    private static JsonElement JsonOf(Note note) => JsonSerializer.SerializeToElement(note, NoteContext.Default.Note);
}
