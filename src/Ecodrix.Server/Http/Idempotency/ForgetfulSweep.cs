using Ecodrix.Server.Instances;
using Ecodrix.Storage;

namespace Ecodrix.Server.Http.Idempotency;

/// <summary>Drops keys that are older than a day. Nothing depends on it: an old key is judged by its age.</summary>
internal sealed partial class ForgetfulSweep(IdempotencyStore store, Rounds rounds, TimeProvider clock, ILogger<ForgetfulSweep> logger) : BackgroundService
{
    private const int AtOnce = 500;

    private static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (await rounds.TryBeginAsync("idempotency keys", Every, stoppingToken))
                {
                    await SweepAsync(stoppingToken);
                }
            }
            catch (DatabaseUnavailableException unavailable)
            {
                LogPutOff(unavailable);
            }
        }
    }

    /// <summary>Forgets what is old enough now. Tests call this instead of waiting.</summary>
    internal async Task SweepAsync(CancellationToken cancellationToken)
    {
        while (await store.ForgetAsync(clock.GetUtcNow(), AtOnce, cancellationToken) == AtOnce)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    [LoggerMessage(LogLevel.Warning, "Old idempotency keys stay for now: the database is not available.")]
    private partial void LogPutOff(Exception exception);
}
