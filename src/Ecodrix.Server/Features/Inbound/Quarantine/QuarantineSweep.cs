using Ecodrix.Server.Instances;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Inbound.Quarantine;

/// <summary>Looks after the quarantine from time to time.</summary>
internal sealed partial class QuarantineSweep(QuarantineStore quarantine, Rounds rounds, TimeProvider clock, ILogger<QuarantineSweep> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (await rounds.TryBeginAsync("quarantine", Every, stoppingToken))
                {
                    await quarantine.SweepAsync(stoppingToken);
                }
            }
            catch (DatabaseUnavailableException unavailable)
            {
                LogPutOff(unavailable);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "The quarantine is looked after later: the database is not available.")]
    private partial void LogPutOff(Exception exception);
}
