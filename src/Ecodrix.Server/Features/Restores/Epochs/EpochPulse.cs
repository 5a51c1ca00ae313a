using Ecodrix.Server.Instances;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Restores.Epochs;

/// <summary>Begins an epoch every minute, so that a copy of the database that is older than that is recognised.</summary>
internal sealed partial class EpochPulse(EpochBook epochs, Rounds rounds, TimeProvider clock, ILogger<EpochPulse> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (await rounds.TryBeginAsync("epoch", Every, stoppingToken))
                {
                    await epochs.AdvanceAsync(beyond: null, stoppingToken);
                }
            }
            catch (DatabaseUnavailableException unavailable)
            {
                LogPutOff(unavailable);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "The services database does not go on to its next epoch: it is not available.")]
    private partial void LogPutOff(Exception exception);
}
