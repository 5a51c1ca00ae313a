using Ecodrix.Server.Instances;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Migrations;

/// <summary>Takes tenants through what is pending, behind everything else.</summary>
internal sealed partial class MigrationSweep(MigrationBook book, Rounds rounds, TimeProvider clock, ILogger<MigrationSweep> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (await rounds.TryBeginAsync("migrations", Every, stoppingToken))
                {
                    await book.RunAsync(stoppingToken);
                }
            }
            catch (DatabaseUnavailableException unavailable)
            {
                LogPutOff(unavailable);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Migrations are put off: the services database is not available.")]
    private partial void LogPutOff(Exception exception);
}
