using Ecodrix.Storage.Tests.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ecodrix.Storage.Tests.Mongo;

/// <summary>Each database has one owner, and is nobody else's.</summary>
public sealed class DatabaseOwnerTests : IAsyncLifetime
{
    private static readonly TenantId Acme = TenantId.Parse("ACME");
    private static readonly TenantId Globex = TenantId.Parse("GLOBEX");

    private MongoWorkshop workshop = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _ = MongoServer.Uri;
        workshop = new MongoWorkshop();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => workshop?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task A_database_that_another_tenant_owns_is_refused_and_left_as_it_was()
    {
        var shared = workshop.OpenTenants(_ => workshop.Direct("shared"));
        await shared.CreateAsync(Acme, Cancelled);
        await (await shared.OpenAsync(Acme, Cancelled)).Documents<Note>().TryAddAsync(new Note("n1"), Cancelled);

        (await Should.ThrowAsync<DatabaseUnavailableException>(() => shared.CreateAsync(Globex, Cancelled))).Message.ShouldContain("GLOBEX");
        await Should.ThrowAsync<DatabaseUnavailableException>(() => shared.OpenAsync(Globex, Cancelled));
        await shared.DeleteAsync(Globex, Cancelled);

        (await (await shared.OpenAsync(Acme, Cancelled)).Documents<Note>().FindAsync("n1", Cancelled)).ShouldNotBeNull();
    }

    [Fact]
    public async Task The_services_database_is_no_tenants()
    {
        await workshop.OpenServices(workshop.Direct("shared")).PingAsync(Cancelled);
        var tenants = workshop.OpenTenants(_ => workshop.Direct("shared"));

        await Should.ThrowAsync<DatabaseUnavailableException>(() => tenants.CreateAsync(Acme, Cancelled));
        await tenants.DeleteAsync(Acme, Cancelled);

        await workshop.OpenServices(workshop.Direct("shared")).PingAsync(Cancelled);
    }

    [Fact]
    public async Task A_tenants_database_is_not_the_services()
    {
        await workshop.OpenTenants(_ => workshop.Direct("shared")).CreateAsync(Acme, Cancelled);

        await Should.ThrowAsync<DatabaseUnavailableException>(() => workshop.OpenServices(workshop.Direct("shared")).PingAsync(Cancelled));
    }

    [Fact]
    public async Task Another_process_hears_within_ten_seconds_that_a_tenant_was_deleted()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var (here, there) = (workshop.OpenTenants(clock: clock), workshop.OpenTenants());
        await here.CreateAsync(Acme, Cancelled);
        var notes = (await here.OpenAsync(Acme, Cancelled)).Documents<Note>();

        await there.DeleteAsync(Acme, Cancelled);
        clock.Advance(TimeSpan.FromSeconds(10));

        await Should.ThrowAsync<DatabaseUnavailableException>(() => notes.TryAddAsync(new Note("n1"), Cancelled));
    }

    [Fact]
    public async Task Services_may_lie_in_a_file_and_tenants_on_a_server()
    {
        using var files = new SqliteWorkshop();
        await using var provider = new ServiceCollection().AddStorage(options =>
        {
            options.Services = "sqlite:" + files.ServicesPath;
            options.Tenants = MongoServer.AddressOf(workshop.NameOf("{code}"));
        }).BuildServiceProvider();
        await provider.GetServices<IHostedService>().OfType<IHostedLifecycleService>().Single().StartingAsync(Cancelled);

        var tenants = provider.GetRequiredService<ITenantDatabases>();
        await tenants.CreateAsync(Acme, Cancelled);
        (await (await tenants.OpenAsync(Acme, Cancelled)).Documents<Note>().TryAddAsync(new Note("n1"), Cancelled)).ShouldBeTrue();
        (await provider.GetRequiredService<IServicesDatabase>().Documents<Note>().TryAddAsync(new Note("n1"), Cancelled)).ShouldBeTrue();
        provider.GetRequiredService<IStorageLoad>().ExpectedWait.ShouldBe(TimeSpan.Zero);
    }
}
