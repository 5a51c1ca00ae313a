using Ecodrix.Storage.Conditions;

namespace Ecodrix.Storage.Tests.Contract;

/// <summary>Tenants do not see, slow or break each other.</summary>
public abstract class TenantsContract : DatabaseContract
{
    [Fact]
    public async Task The_same_id_is_another_document_in_another_tenant()
    {
        var others = await NotesOfAsync(Globex);
        await Notes.TryAddAsync(new Note("n1", Text: "acme's"), Cancelled);

        (await others.FindAsync("n1", Cancelled)).ShouldBeNull();
        (await others.TryAddAsync(new Note("n1", Text: "globex's"), Cancelled)).ShouldBeTrue();
        (await others.DeleteAsync("n1", Cancelled)).ShouldBeTrue();

        (await Notes.FindAsync("n1", Cancelled))!.Text.ShouldBe("acme's");
    }

    [Fact]
    public async Task A_test_twin_sees_nothing_of_its_live_tenant()
    {
        var twin = await NotesOfAsync(Acme.Test);
        await Notes.TryAddAsync(new Note("n1"), Cancelled);

        (await twin.CountAsync(null, 10, Cancelled)).ShouldBe(0);
    }

    [Fact]
    public async Task Creating_twice_is_creating_once()
    {
        await Notes.TryAddAsync(new Note("n1"), Cancelled);

        await Tenants.CreateAsync(Acme, Cancelled);

        (await Notes.FindAsync("n1", Cancelled)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_tenant_that_was_never_created_is_not_available()
    {
        var refused = await Should.ThrowAsync<DatabaseUnavailableException>(() => Tenants.OpenAsync(Globex, Cancelled));

        refused.Message.ShouldContain("GLOBEX");
        await Should.ThrowAsync<DatabaseUnavailableException>(() => Tenants.OpenAsync(Globex, Cancelled));
    }

    [Fact]
    public async Task A_deleted_tenant_leaves_nothing_behind_for_the_next_of_that_name()
    {
        var others = await NotesOfAsync(Globex);
        await others.TryAddAsync(new Note("n1"), Cancelled);
        await Notes.TryAddAsync(new Note("n1"), Cancelled);

        await Tenants.DeleteAsync(Acme, Cancelled);

        await Should.ThrowAsync<DatabaseUnavailableException>(() => Tenants.OpenAsync(Acme, Cancelled));
        (await (await NotesOfAsync(Acme)).CountAsync(null, 10, Cancelled)).ShouldBe(0);
        (await others.CountAsync(null, 10, Cancelled)).ShouldBe(1);
    }

    [Fact]
    public async Task A_handle_to_a_deleted_tenant_writes_nothing()
    {
        await Tenants.DeleteAsync(Acme, Cancelled);

        await Should.ThrowAsync<DatabaseUnavailableException>(() => Notes.TryAddAsync(new Note("n1"), Cancelled));
    }

    [Fact]
    public async Task Deleting_what_is_not_there_does_nothing()
    {
        await Tenants.DeleteAsync(Globex, Cancelled);
        await Tenants.DeleteAsync(Globex, Cancelled);
    }

    [Fact]
    public async Task While_one_tenants_database_is_away_the_others_go_on_and_it_recovers_when_it_is_back()
    {
        var others = await NotesOfAsync(Globex);
        await Notes.TryAddAsync(new Note("n1"), Cancelled);

        Adapter.Break(Acme);

        var refused = await Should.ThrowAsync<DatabaseUnavailableException>(() => Notes.FindAsync("n1", Cancelled));
        refused.Message.ShouldContain("ACME");
        await Should.ThrowAsync<DatabaseUnavailableException>(() => Notes.TryAddAsync(new Note("n2"), Cancelled));
        await Should.ThrowAsync<DatabaseUnavailableException>(() => Notes.QueryAsync(new DocumentQuery(null, 10), Cancelled));
        (await others.TryAddAsync(new Note("n1"), Cancelled)).ShouldBeTrue();

        Adapter.Mend(Acme);

        (await Notes.FindAsync("n1", Cancelled)).ShouldNotBeNull();
        (await Notes.TryAddAsync(new Note("n2"), Cancelled)).ShouldBeTrue();
        (await IdsOfAsync(Condition.Exists("_id"))).ShouldBe(["n1", "n2"]);
    }
}
