using Ecodrix.Storage.Tests.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ecodrix.Storage.Tests;

/// <summary>What a host gets, and what stops its start.</summary>
public sealed class StorageRegistrationTests : IDisposable
{
    private readonly SqliteWorkshop workshop = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => workshop.Dispose();

    [Fact]
    public async Task Both_doors_work_and_leave_closed_files_behind()
    {
        var provider = Host();
        await StartAsync(provider);
        var tenants = provider.GetRequiredService<ITenantDatabases>();
        var services = provider.GetRequiredService<IServicesDatabase>();

        await tenants.CreateAsync(TenantId.Parse("ACME"), Cancelled);
        var tenant = await tenants.OpenAsync(TenantId.Parse("ACME"), Cancelled);
        (await tenant.Documents<Note>().TryAddAsync(new Note("n1"), Cancelled)).ShouldBeTrue();
        (await services.Documents<Note>().TryAddAsync(new Note("n1"), Cancelled)).ShouldBeTrue();
        await services.PingAsync(Cancelled);
        await provider.DisposeAsync();

        File.Exists(workshop.PathOf(TenantId.Parse("ACME"))).ShouldBeTrue();
        workshop.Directory.GetFiles("*-wal", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_second_host_on_the_same_files_does_not_start_and_is_told_which()
    {
        await using var first = Host();
        await StartAsync(first);
        await using var second = Host();

        var refused = await Should.ThrowAsync<DatabaseUnavailableException>(() => StartAsync(second));

        refused.Message.ShouldContain(workshop.ServicesPath);
    }

    [Fact]
    public async Task When_the_first_host_has_ended_the_next_one_starts()
    {
        await using (var first = Host())
        {
            await StartAsync(first);
        }

        await using var second = Host();
        await StartAsync(second);
    }

    [Theory]
    [InlineData("postgres:x", "sqlite:x/{code}.db", "Storage:Services")]
    [InlineData("", "sqlite:x/{code}.db", "Storage:Services")]
    [InlineData("sqlite:", "sqlite:x/{code}.db", "Storage:Services")]
    [InlineData(null, "data/{code}.db", "Storage:Tenants")]
    [InlineData(null, "sqlite:data/tenant.db", "{code}")]
    public async Task A_wrong_address_stops_the_start_and_is_named(string? services, string tenants, string named)
    {
        await using var provider = Host(options =>
        {
            options.Services = services ?? options.Services;
            options.Tenants = tenants;
        });

        var refused = await Should.ThrowAsync<InvalidOperationException>(() => StartAsync(provider));

        refused.Message.ShouldContain(named);
    }

    private ServiceProvider Host(Action<StorageOptions>? change = null) =>
        new ServiceCollection().AddStorage(options =>
        {
            options.Services = "sqlite:" + workshop.ServicesPath;
            options.Tenants = $"sqlite:{workshop.Directory.FullName}/tenants/{{code}}.db";
            change?.Invoke(options);
        }).BuildServiceProvider();

    private static async Task StartAsync(ServiceProvider provider)
    {
        foreach (var service in provider.GetServices<IHostedService>().OfType<IHostedLifecycleService>())
        {
            await service.StartingAsync(Cancelled);
        }
    }
}
