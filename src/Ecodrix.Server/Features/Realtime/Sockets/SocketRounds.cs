using Ecodrix.Server.Features.Realtime.Watching;
using Ecodrix.Server.Features.Tenants;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Realtime.Sockets;

/// <summary>Looks each second whether the sockets may stay: a client that is suspended or a key that is revoked loses them within two. Their tenants stay watched.</summary>
/// <remarks>Asks nobody while there are no sockets.</remarks>
internal sealed partial class SocketRounds(
    Connections connections, TenantDoor tenants, Watchers watchers, TimeProvider clock, ILogger<SocketRounds> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    /// <summary>Looks once. Tests call this instead of waiting.</summary>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        foreach (var tenant in connections.Tenants)
        {
            try
            {
                await LookAtAsync(tenant, cancellationToken);
            }
            catch (DatabaseUnavailableException failure)
            {
                // What cannot be told is not held against them; the next look tells.
                LogNotLooked(tenant.Value, failure);
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
                await LookAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end of the rounds.
        }
    }

    private async Task LookAtAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        var isSeen = false;
        foreach (var ofKey in connections.Of(tenant).GroupBy(socket => SocketAccess.Of(socket)!.KeyId, StringComparer.Ordinal))
        {
            if (await tenants.AdmitsAsync(tenant, ofKey.Key, cancellationToken))
            {
                isSeen = true;
                continue;
            }

            foreach (var socket in ofKey)
            {
                socket.Disconnect(close: true);
            }
        }

        if (isSeen)
        {
            await watchers.NoteAsync(tenant, cancellationToken);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Whether the sockets of {Tenant} may stay could not be told; the next second tells.")]
    private partial void LogNotLooked(string tenant, Exception failure);
}
