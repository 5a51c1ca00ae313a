using Ecodrix.Storage.Conditions;
using Ecodrix.Storage.Mongo;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Ecodrix.Storage.Tests.Mongo;

/// <summary>The hot queries walk their index and sort nothing, as the server itself explains.</summary>
public sealed class MongoPlanTests : IAsyncLifetime
{
    private MongoWorkshop workshop = null!;
    private MongoServicesDatabase services = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string, Condition, Sort> HotQueries => new()
    {
        { "newest of a tenant", new Condition.All(Condition.Eq("tenant", "ACME"), Condition.Lt("_id", "65f000000000000000000000")), new Sort("_id", Descending: true) },
        { "newest of a lead", new Condition.All(Condition.Eq("tenant", "ACME"), Condition.Eq("leadId", "65f00000000000000000a000")), new Sort("_id", Descending: true) },
        { "what is due", new Condition.All(Condition.Eq("lane", "interactive"), Condition.Lte("dueAt", "2026-03-15T09:30:00.000Z")), new Sort("dueAt") },
        { "one by id", Condition.Eq("_id", "65f000000000000000000000"), new Sort("_id") },
        { "several by id", Condition.In("_id", ["65f000000000000000000000", "a"]), new Sort("_id") },
    };

    public async ValueTask InitializeAsync()
    {
        _ = MongoServer.Uri;
        workshop = new MongoWorkshop();
        services = workshop.OpenServices();
        await services.Documents<Note>().TryAddAsync(new Note("n1", Tenant: "ACME"), Cancelled);
        await services.RestAsync();
    }

    public ValueTask DisposeAsync() => workshop?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Theory]
    [MemberData(nameof(HotQueries), DisableDiscoveryEnumeration = true)]
    public async Task A_hot_query_uses_an_index_and_no_sorter(string name, Condition where, Sort sort)
    {
        var plan = await ExplainAsync(where, new BsonDocument(sort.Field, sort.Descending ? -1 : 1));

        plan.ShouldNotContain("COLLSCAN", customMessage: name);
        plan.ShouldNotContain("\"SORT\"", customMessage: name);
    }

    [Fact]
    public async Task Every_declared_index_stands()
    {
        var notes = MongoServer.Client.GetDatabase(workshop.NameOf("services")).GetCollection<BsonDocument>("notes");

        var indexes = await (await notes.Indexes.ListAsync(Cancelled)).ToListAsync(Cancelled);

        indexes.Select(index => string.Join(',', index["key"].AsBsonDocument.Names)).Order(StringComparer.Ordinal)
            .ShouldBe(["_id", "lane,dueAt,_id", "tenant,_id", "tenant,leadId,_id"]);
    }

    [Fact]
    public void The_index_of_what_is_set_is_implied_by_a_query_for_it()
    {
        var layout = Layout.Of<Note>();
        var partial = IndexPlan.Of(layout)[2].Options as CreateIndexOptions<RawBsonDocument>;

        var filter = new ConditionFilter(layout).Of(Condition.Lte("dueAt", "2026-03-15T09:30:00.000Z"));

        ((BsonDocumentFilterDefinition<RawBsonDocument>)partial!.PartialFilterExpression).Document["dueAt"]["$gte"].ShouldBe(filter["dueAt"]["$gte"]);
    }

    private async Task<string> ExplainAsync(Condition where, BsonDocument sort)
    {
        var find = new BsonDocument { { "find", "notes" }, { "filter", new ConditionFilter(Layout.Of<Note>()).Of(where) }, { "sort", sort }, { "limit", 25 } };
        try
        {
            var explained = await MongoServer.Client.GetDatabase(workshop.NameOf("services"))
                .RunCommandAsync<BsonDocument>(new BsonDocument { { "explain", find }, { "verbosity", "queryPlanner" } }, cancellationToken: Cancelled);
            return explained["queryPlanner"]["winningPlan"].ToJson();
        }
        catch (MongoCommandException unknown) when (unknown.CodeName is "CommandNotFound" || unknown.Code == 59)
        {
            Assert.Skip("This server cannot explain a query.");
            throw;
        }
    }
}
