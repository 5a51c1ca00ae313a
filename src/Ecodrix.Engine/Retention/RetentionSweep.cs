using Ecodrix.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ecodrix.Engine.Retention;

/// <summary>Has old work removed every hour, in small batches that keep out of the way of everything else.</summary>
/// <remarks>One process of all does it (<see cref="RetentionWalk"/>), and only one that works.</remarks>
internal sealed partial class RetentionSweep(
    OldWork old, IStorageLoad load, TimeProvider clock, IOptions<EngineOptions> options, ILogger<RetentionSweep> logger) : BackgroundService
{
    private static readonly TimeSpan First = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>While a write waits as long, old work can wait longer.</summary>
    private static readonly TimeSpan Busy = TimeSpan.FromMilliseconds(20);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Works)
        {
            return;
        }

        for (var next = First; ; next = Every)
        {
            await Task.Delay(next, clock, stoppingToken);
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (DatabaseUnavailableException unavailable)
            {
                LogPutOff(unavailable);
            }
        }
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        var all = 0;
        await foreach (var removed in old.RoundAsync(cancellationToken))
        {
            all += removed;
            do
            {
                await Task.Delay(Pause, clock, cancellationToken);
            }
            while (load.ExpectedWait > Busy);
        }

        if (all > 0)
        {
            LogRemoved(all);
        }
    }

    [LoggerMessage(LogLevel.Information, "{Count} documents of finished work were removed: they had been over for as long as they are kept.")]
    private partial void LogRemoved(int count);

    [LoggerMessage(LogLevel.Warning, "Old work stays for now: the database is not available.")]
    private partial void LogPutOff(Exception exception);
}
