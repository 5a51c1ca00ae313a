using Ecodrix.Storage.Mongo;
using Ecodrix.Storage.Routing;
using Ecodrix.Storage.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecodrix.Storage;

/// <summary>Puts the two doors into a host.</summary>
public static class StorageRegistration
{
    private const string OfServices = "Storage:Services";
    private const string OfTenants = "Storage:Tenants";
    private const string OfPlace = "A data source";

    /// <summary>Registers <see cref="IServicesDatabase"/>, <see cref="IStorageLoad"/> and <see cref="ITenantDatabases"/>. Files are opened and locked, and addresses read, when the host starts.</summary>
    public static IServiceCollection AddStorage(this IServiceCollection services, Action<StorageOptions>? configure = null)
    {
        StorageTelemetry.Begin();
        var options = new StorageOptions();
        configure?.Invoke(options);

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => new SqliteStorage(provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(provider => new MongoStorage(
            options.MostConnections, provider.GetRequiredService<TimeProvider>(), Logging(provider), watch: null, () => [.. provider.GetServices<TenantCollection>().Select(collection => collection.Name)]));
        services.TryAddSingleton(provider => AdapterOf(provider, options.Services, OfServices).Services(options.Services, OfServices));
        services.TryAddSingleton<IStorageLoad, ServicesLoad>();
        services.TryAddSingleton<ITenantPlaces, OnePlace>();
        services.TryAddSingleton<TenantOutages>();
        services.TryAddSingleton<ITenantOutages>(provider => provider.GetRequiredService<TenantOutages>());
        services.TryAddSingleton(provider => new RoutedTenantDatabases(
            AdapterOf(provider, options.Tenants, OfTenants).Tenants(options.Tenants, OfTenants),
            place => AdapterOf(provider, place, OfPlace).TenantAt(place),
            provider.GetRequiredService<ITenantPlaces>(),
            provider.GetRequiredService<TenantOutages>())
        {
            Kinds = provider.GetServices<TenantCollection>().Select(collection => collection.Type).ToHashSet(),
        });
        services.TryAddSingleton<ITenantCopies, TenantCopies>();
        services.TryAddSingleton<IDataSources>(provider => new DataSources(
            provider.GetRequiredService<RoutedTenantDatabases>(), new MongoProbe(Logging(provider)), options.Services));
        services.TryAddSingleton<ITenantDatabases>(provider => provider.GetRequiredService<RoutedTenantDatabases>());
        if (SqliteStorage.BackupOf(options.Services, options.Tenants) is { } backup)
        {
            services.TryAddSingleton<IFileBackup>(backup);
        }

        services.AddHostedService<StorageStart>();
        services.TryAddSingleton(provider => new OutageRounds(
            provider.GetRequiredService<RoutedTenantDatabases>(), provider.GetRequiredService<TenantOutages>(), provider.GetRequiredService<TimeProvider>(), Logging(provider).CreateLogger<OutageRounds>()));
        services.AddHostedService(provider => provider.GetRequiredService<OutageRounds>());
        services.TryAddSingleton(provider => new ServicesRounds(
            provider.GetRequiredService<IServicesDatabase>(), provider.GetRequiredService<TimeProvider>(), Logging(provider).CreateLogger<ServicesRounds>()));
        services.AddHostedService(provider => provider.GetRequiredService<ServicesRounds>());
        return services;
    }

    private static ILoggerFactory Logging(IServiceProvider provider) => provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance;

    // The one place that knows which databases there are.
    private static IStorageAdapter AdapterOf(IServiceProvider provider, string uri, string setting) =>
        SqliteStorage.Takes(uri) ? provider.GetRequiredService<SqliteStorage>()
        : MongoStorage.Takes(uri) ? provider.GetRequiredService<MongoStorage>()
        : throw new InvalidOperationException($"{setting} must be a URI of a known kind: sqlite: followed by a path, such as sqlite:data/services.db, or mongodb://host/database.");
}

/// <summary>A way to keep documents, chosen by an address's scheme.</summary>
internal interface IStorageAdapter
{
    /// <param name="setting">What a failure's sentence names.</param>
    /// <exception cref="InvalidOperationException">The address cannot be read.</exception>
    IServicesDatabase Services(string uri, string setting);

    /// <inheritdoc cref="Services"/>
    ITenantDatabases Tenants(string template, string setting);

    /// <param name="place">The address of one client's database. Its test twin lives beside it.</param>
    /// <exception cref="InvalidOperationException">The address cannot be read.</exception>
    ITenantDatabases TenantAt(string place);
}

/// <summary>The load of the services' database. Not the database itself under another name: a container would close that twice, and once too early.</summary>
internal sealed class ServicesLoad(IServicesDatabase services) : IStorageLoad
{
    public TimeSpan ExpectedWait => services is IStorageLoad load ? load.ExpectedWait : TimeSpan.Zero;
}

/// <summary>Opens and locks before anything serves, so that a second process on the same files stops at its start.</summary>
internal sealed class StorageStart(IServicesDatabase services, ITenantDatabases tenants) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _ = tenants;
        return services.PingAsync(cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
