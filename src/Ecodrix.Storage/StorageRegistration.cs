using Ecodrix.Storage.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Ecodrix.Storage;

/// <summary>Puts the two doors into a host.</summary>
public static class StorageRegistration
{
    private const string SqliteScheme = "sqlite:";
    private const string CodePlace = "{code}";

    /// <summary>Registers <see cref="IServicesDatabase"/>, <see cref="IStorageLoad"/> and <see cref="ITenantDatabases"/>. The files are opened and locked when the host starts.</summary>
    public static IServiceCollection AddStorage(this IServiceCollection services, Action<StorageOptions>? configure = null)
    {
        var options = new StorageOptions();
        configure?.Invoke(options);

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IServicesDatabase>(provider => new SqliteServicesDatabase(PathOf(options.Services, "Storage:Services"), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<IStorageLoad, ServicesLoad>();
        services.TryAddSingleton<ITenantDatabases>(provider => new SqliteTenantDatabases(PathsOf(options.Tenants), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<IFileBackup>(_ => new SqliteBackup(PathOf(options.Services, "Storage:Services"), PathsOf(options.Tenants)));
        services.AddHostedService<StorageStart>();
        return services;
    }

    private static Func<TenantId, string> PathsOf(string template)
    {
        var path = PathOf(template, "Storage:Tenants");
        return template.Contains(CodePlace, StringComparison.Ordinal)
            ? tenant => path.Replace(CodePlace, tenant.Value, StringComparison.Ordinal)
            : throw new InvalidOperationException("Storage:Tenants must contain {code}, or all tenants would share one database.");
    }

    // The one place that knows which databases there are.
    private static string PathOf(string uri, string setting) =>
        uri.StartsWith(SqliteScheme, StringComparison.Ordinal) && uri.Length > SqliteScheme.Length
            ? Path.GetFullPath(uri[SqliteScheme.Length..])
            : throw new InvalidOperationException($"{setting} must be a URI of a known kind: sqlite: followed by a path, such as sqlite:data/services.db.");
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
