using Ecodrix.Storage;

namespace Ecodrix.Server.Instances;

/// <summary>Keeps this instance in the list for as long as it lives.</summary>
/// <remarks>A crash leaves an entry that nobody counts after a quarter of a minute. One that is alone says nothing.</remarks>
internal sealed partial class Heartbeat(InstanceList instances, TimeProvider clock, ILogger<Heartbeat> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (instances.IsAlone)
        {
            return;
        }

        try
        {
            while (true)
            {
                await TryAsync(instances.BeatAsync, stoppingToken);
                await Task.Delay(InstanceList.BetweenBeats, clock, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Not the stopping token: the others are told while the host shuts down.
            await TryAsync(instances.LeaveAsync, CancellationToken.None);
        }
    }

    private async Task TryAsync(Func<CancellationToken, Task> speak, CancellationToken cancellationToken)
    {
        try
        {
            await speak(cancellationToken);
        }
        catch (DatabaseUnavailableException failure)
        {
            LogUnheard(failure);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The other instances could not be told that this one lives; the next beat tells them.")]
    private partial void LogUnheard(Exception failure);
}
