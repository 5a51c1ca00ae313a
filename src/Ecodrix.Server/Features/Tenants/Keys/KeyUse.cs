using System.Collections.Concurrent;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Tenants.Keys;

/// <summary>Gathers when keys were last used and writes it down once a minute, not on every request.</summary>
/// <remarks>A crash loses at most the last minute's marks.</remarks>
internal sealed partial class KeyUse(IServicesDatabase services, TimeProvider clock, ILogger<KeyUse> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    private readonly IDocuments<ApiKey> keys = services.Documents<ApiKey>();

    private readonly ConcurrentDictionary<string, DateTimeOffset> noted = new(StringComparer.Ordinal);

    public void Note(ApiKey key, DateTimeOffset now)
    {
        if (!noted.TryGetValue(key.Id, out var earlier) || now - earlier >= TimeSpan.FromSeconds(1))
        {
            noted[key.Id] = now;
        }
    }

    /// <summary>Writes down what was noted since the last time. Tests call this instead of waiting.</summary>
    internal async Task WriteAsync(CancellationToken cancellationToken)
    {
        foreach (var (id, at) in noted.ToArray())
        {
            // A use noted meanwhile stays for the next time.
            noted.TryRemove(new KeyValuePair<string, DateTimeOffset>(id, at));

            if (await keys.FindAsync(id, cancellationToken) is { } key)
            {
                // Losing the race against a revocation loses a mark of use, nothing else.
                await keys.TryReplaceAsync(key.Next() with { LastUsedAt = at }, cancellationToken);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await TryWriteAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Not the stopping token: the last minute's marks are written while the host shuts down.
            await TryWriteAsync(CancellationToken.None);
        }
    }

    private async Task TryWriteAsync(CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(cancellationToken);
        }
        catch (DatabaseUnavailableException failure)
        {
            LogNotWritten(failure);
        }
    }

    [LoggerMessage(LogLevel.Warning, "When keys were last used could not be written down; the next minute tries again.")]
    private partial void LogNotWritten(Exception failure);
}
