using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ecodrix.Storage.Routing;

/// <summary>Asks the services' database, while it is down, each second whether it answers again. Idle while it is not, and where it lies in a file.</summary>
internal sealed partial class ServicesRounds(IServicesDatabase services, TimeProvider clock, ILogger<ServicesRounds> logger) : BackgroundService
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (services is not GuardedServicesDatabase guarded)
        {
            return;
        }

        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await guarded.WaitAsync(stoppingToken);
                LogDown();
                do
                {
                    await Task.Delay(Round, clock, stoppingToken);
                }
                while (!await guarded.AskAsync(stoppingToken));
                LogBack();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end of the rounds.
        }
    }

    [LoggerMessage(LogLevel.Error, "The services database does not answer; what needs it is refused until it does.")]
    private partial void LogDown();

    [LoggerMessage(LogLevel.Information, "The services database answers again.")]
    private partial void LogBack();
}
