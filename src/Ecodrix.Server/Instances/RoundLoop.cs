using Ecodrix.Storage;

namespace Ecodrix.Server.Instances;

/// <summary>Something that is done from time to time, by one of the instances.</summary>
/// <param name="Name">Under which the instances agree on whose turn it is. Never changed: an older version may run beside this one.</param>
/// <param name="Every">How often it is done, first after that time.</param>
/// <param name="DoAsync">Does it once. What it leaves undone is done by the next round.</param>
internal sealed record RoundPlan(string Name, TimeSpan Every, Func<CancellationToken, Task> DoAsync);

/// <summary>Has one thing done from time to time, for as long as the process lives. An outage puts it off to the next round.</summary>
internal sealed partial class RoundLoop(RoundPlan plan, Rounds rounds, TimeProvider clock, ILogger<RoundLoop> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(plan.Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (await rounds.TryBeginAsync(plan.Name, plan.Every, stoppingToken))
                {
                    await plan.DoAsync(stoppingToken);
                }
            }
            catch (DatabaseUnavailableException unavailable)
            {
                LogPutOff(plan.Name, unavailable);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "The round of {Name} is put off: the database is not available.")]
    private partial void LogPutOff(string name, Exception exception);
}
