using Ecodrix.Engine;
using Ecodrix.Server.Features.Realtime.Streams;
using Ecodrix.Server.Features.Tenants;
using Ecodrix.Server.Features.Tenants.Clients;
using Ecodrix.Storage;
using Microsoft.Extensions.Options;

namespace Ecodrix.Server.Features.Realtime.Watching;

/// <summary>Keeps what is known of watched tenants true: reads it at the start, follows other processes where there are any, and clears away the history of tenants that nobody looks at any more.</summary>
/// <remarks>A process that is alone reads nothing while it is idle.</remarks>
internal sealed partial class WatchRounds(
    Watchers watchers, History history, LiveStreams streams, TenantDoor tenants, TimeProvider clock, IOptions<EngineOptions> engine, ILogger<WatchRounds> logger) : BackgroundService, ITenantRemains
{
    private static readonly TimeSpan Following = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Sweeping = TimeSpan.FromMinutes(10);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await watchers.LoadAsync(cancellationToken);
        if (engine.Value.IsAlone)
        {
            await watchers.BeginAloneAsync(cancellationToken);
        }

        await base.StartAsync(cancellationToken);
    }

    /// <summary>Of a client that is gone nothing stays. A test twin that is emptied goes on with its numbers: whoever watches it would take small ones for old.</summary>
    public async Task EraseAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        streams.Forget(tenant);
        await (await tenants.FindProfileAsync(tenant, cancellationToken) is null
            ? watchers.ForgetAsync(tenant.Value, cancellationToken)
            : watchers.EmptiedAsync(tenant.Value, await history.LastSeqAsync(tenant, cancellationToken), cancellationToken));
    }

    /// <summary>Clears away what was kept for tenants that are not watched any more. Tests call this instead of waiting.</summary>
    internal async Task SweepAsync(CancellationToken cancellationToken)
    {
        foreach (var watch in await watchers.LapsedAsync(cancellationToken))
        {
            try
            {
                // The history first: a crash in between leaves the watch, and the next round clears what is left.
                await history.ClearAsync(TenantId.Parse(watch.Id), cancellationToken);
                await watchers.ClearedAsync(watch, cancellationToken);
                streams.Forget(TenantId.Parse(watch.Id));
            }
            catch (DatabaseUnavailableException failure)
            {
                LogNotCleared(watch.Id, failure);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var swept = clock.GetTimestamp();
        using var timer = new PeriodicTimer(engine.Value.IsAlone ? Sweeping : Following, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                var isTime = clock.GetElapsedTime(swept) >= Sweeping;
                swept = isTime ? clock.GetTimestamp() : swept;
                await RoundAsync(isTime, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end of the rounds.
        }
    }

    private async Task RoundAsync(bool sweeps, CancellationToken cancellationToken)
    {
        try
        {
            if (!engine.Value.IsAlone)
            {
                await watchers.FollowAsync(cancellationToken);
            }

            if (sweeps)
            {
                await SweepAsync(cancellationToken);
            }
        }
        catch (DatabaseUnavailableException failure)
        {
            LogNotRead(failure);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The realtime history of {Tenant} could not be cleared away; the next round tries again.")]
    private partial void LogNotCleared(string tenant, Exception failure);

    [LoggerMessage(LogLevel.Warning, "Which tenants are watched could not be read; the next round tries again.")]
    private partial void LogNotRead(Exception failure);
}
