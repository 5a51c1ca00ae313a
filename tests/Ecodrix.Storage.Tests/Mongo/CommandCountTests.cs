using Ecodrix.Storage.Conditions;
using Ecodrix.Storage.Mongo;
using MongoDB.Driver;

namespace Ecodrix.Storage.Tests.Mongo;

/// <summary>What a server is asked for, and how often.</summary>
public sealed class CommandCountTests : IAsyncLifetime
{
    private static readonly TenantId Acme = TenantId.Parse("ACME");

    private readonly CommandCount commands = new();
    private MongoWorkshop workshop = null!;
    private MongoTenantDatabases tenants = null!;
    private IDocuments<Note> notes = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _ = MongoServer.Uri;
        workshop = new MongoWorkshop();
        tenants = workshop.OpenTenants(watch: commands.Watch);
        await tenants.CreateAsync(Acme, Cancelled);
        notes = (await tenants.OpenAsync(Acme, Cancelled)).Documents<Note>();
        await notes.TryAddAsync(new Note("first"), Cancelled);
        await tenants.RestAsync(Acme);
        commands.Clear();
    }

    public ValueTask DisposeAsync() => workshop?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task Documents_added_at_once_share_few_commands()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 64).Select(number => notes.TryAddAsync(new Note($"n{number}"), Cancelled)));

        outcomes.ShouldAllBe(added => added);
        commands.Names.ShouldAllBe(name => name == "insert");
        commands.Names.Count.ShouldBeLessThanOrEqualTo(8);
    }

    [Fact]
    public async Task Documents_replaced_at_once_share_few_commands_and_each_hears_its_own_outcome()
    {
        await notes.AddManyAsync([.. Enumerable.Range(0, 64).Select(number => new Note($"n{number}"))], Cancelled);
        await notes.TryReplaceAsync(new Note("n7", Version: 2, Text: "someone was first"), Cancelled);
        commands.Clear();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 64).Select(number => notes.TryReplaceAsync(new Note($"n{number}", Version: 2), Cancelled)));

        Enumerable.Range(0, 64).Where(number => !outcomes[number]).ShouldBe([7]);
        commands.Names.Count(name => name is "update").ShouldBeLessThanOrEqualTo(8);
        commands.Names.Count(name => name is "find").ShouldBe(1);
    }

    [Fact]
    public async Task Documents_looked_for_at_once_share_few_commands()
    {
        await notes.AddManyAsync([.. Enumerable.Range(0, 64).Select(number => new Note($"n{number}"))], Cancelled);
        commands.Clear();

        var found = await Task.WhenAll(Enumerable.Range(0, 64).Select(number => notes.FindAsync($"n{number * 2}", Cancelled)));

        Enumerable.Range(0, 64).Where(number => found[number] is not null).ShouldBe(Enumerable.Range(0, 32));
        commands.Names.ShouldAllBe(name => name == "find");
        commands.Names.Count.ShouldBeLessThanOrEqualTo(16);
    }

    [Fact]
    public async Task A_replacement_names_what_a_sharded_collection_is_parted_by()
    {
        await notes.TryAddAsync(new Note("n1", Tenant: "ACME"), Cancelled);
        commands.Clear();

        (await notes.TryReplaceAsync(new Note("n1", Version: 2, Tenant: "ACME"), Cancelled)).ShouldBeTrue();

        commands.Commands.Single()["updates"][0]["q"].AsBsonDocument.Names.ShouldBe(["_id", "version", "tenant"]);
    }

    [Fact]
    public async Task Every_write_waits_for_the_majority_and_the_journal()
    {
        await notes.TryAddAsync(new Note("n1"), Cancelled);
        await notes.TryReplaceAsync(new Note("n1", Version: 2), Cancelled);
        await notes.DeleteAsync("n1", Cancelled);
        await notes.DeleteManyAsync(Condition.Exists("_id"), 10, Cancelled);

        var writes = commands.Commands.Where(command => command.GetElement(0).Name is "insert" or "update" or "delete").ToList();
        writes.Count.ShouldBe(4);
        writes.ShouldAllBe(write => write["writeConcern"]["w"] == "majority" && write["writeConcern"]["j"] == true);
    }

    [Fact]
    public async Task Opening_a_cold_tenant_asks_once_and_a_warm_one_not_at_all()
    {
        var cold = workshop.OpenTenants(watch: commands.Watch);

        await cold.OpenAsync(Acme, Cancelled);
        commands.Names.ShouldBe(["find"]);

        await cold.OpenAsync(Acme, Cancelled);
        commands.Names.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_new_tenant_has_no_collection_that_nothing_was_written_to()
    {
        await notes.QueryAsync(new DocumentQuery(null, 5), Cancelled);
        await (await tenants.OpenAsync(Acme, Cancelled)).Documents<Claim>().FindAsync("nobody", Cancelled);

        var names = await (await MongoServer.Client.GetDatabase(workshop.NameOf("ACME")).ListCollectionNamesAsync(cancellationToken: Cancelled)).ToListAsync(Cancelled);
        names.Where(name => !name.StartsWith("system.", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ShouldBe(["notes", "owner"]);
    }
}
