using System.Text.Json;
using CsCheck;
using Ecodrix.Storage.Conditions;
using Ecodrix.Storage.Tests.Conditions;
using Ecodrix.Storage.Tests.Sqlite;

namespace Ecodrix.Storage.Tests.Mongo;

/// <summary>One condition, three interpreters, one answer.</summary>
public sealed class ThreeWayTests : IAsyncLifetime
{
    private const int Rounds = 150;
    private const int NotesInRound = 8;
    private const int ConditionsInRound = 30;

    private static readonly DateTimeOffset Now = new(2026, 3, 15, 9, 30, 0, TimeSpan.Zero);
    private static readonly TenantId Globex = TenantId.Parse("GLOBEX");

    private readonly SqliteWorkshop files = new();
    private readonly MongoWorkshop server = new();
    private int made;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        MongoServer.NeedsTheOrderOfCodePoints();
        MongoServer.NeedsListsToBeLookedIntoOnce();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        files.Dispose();
        if (Environment.GetEnvironmentVariable("ECODRIX_TEST_MONGODB") is not null)
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Memory_files_and_a_server_give_equal_answers_to_random_conditions_over_random_documents()
    {
        using var sqlite = files.OpenTenants();
        var inFiles = await NotesOfAsync(sqlite);
        var onServer = await NotesOfAsync(server.OpenTenants());
        var round = Gen.Select(ConditionGenerator.Note.Array[NotesInRound], ConditionGenerator.Condition.Array[ConditionsInRound]);

        await round.SampleAsync(async (notes, conditions) =>
        {
            // Ids in the form that ours have, and a lane of its own for each round.
            var lane = Guid.NewGuid().ToString("N");
            var own = notes.Select(note => note with { Id = $"{Interlocked.Increment(ref made):x24}", Lane = lane }).ToList();
            await inFiles.AddManyAsync(own, Cancelled);
            await onServer.AddManyAsync(own, Cancelled);

            foreach (var condition in conditions)
            {
                var inMemory = own.Where(note => condition.IsMetBy(JsonOf(note), Now)).Select(note => note.Id).Order(StringComparer.Ordinal).ToList();
                var both = new Condition.All(Condition.Eq("lane", lane), condition);

                (await IdsOfAsync(inFiles, both)).ShouldBe(inMemory, condition.ToJson().ToJsonString());
                (await IdsOfAsync(onServer, both)).ShouldBe(inMemory, $"{condition.ToJson().ToJsonString()} over {string.Join('\n', own.Select(note => JsonOf(note).GetRawText()))}");
            }
        }, iter: Rounds, threads: 1);
    }

    private static JsonElement JsonOf(Note note) => JsonSerializer.SerializeToElement(note, NoteContext.Default.Note);

    private static async Task<IDocuments<Note>> NotesOfAsync(ITenantDatabases tenants)
    {
        await tenants.CreateAsync(Globex, Cancelled);
        return (await tenants.OpenAsync(Globex, Cancelled)).Documents<Note>();
    }

    private static async Task<IReadOnlyList<string>> IdsOfAsync(IDocuments<Note> notes, Condition where) =>
        [.. (await notes.QueryAsync(new DocumentQuery(where, 1_000), Cancelled)).Select(note => note.Id)];
}
