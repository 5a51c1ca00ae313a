using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ecodrix.Storage.Routing;

/// <summary>Asks the databases that are down, each second, whether they answer again. Idle while none is.</summary>
internal sealed partial class OutageRounds(RoutedTenantDatabases databases, TenantOutages outages, TimeProvider clock, ILogger<OutageRounds> logger) : BackgroundService
{
    private const int AtOnce = 8;

    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await outages.WaitAsync(stoppingToken);
                await Task.Delay(Round, clock, stoppingToken);
                await AskAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end of the rounds.
        }
    }

    /// <summary>One round. Tests call this instead of waiting.</summary>
    internal Task AskAsync(CancellationToken cancellationToken) => Parallel.ForEachAsync(
        outages.Down,
        new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
        async (broken, token) =>
        {
            if (await databases.AnswersAsync(broken.Tenant!.Value, token))
            {
                outages.Close(broken);
                LogBack(broken.Tenant!.Value.Value);
            }
        });

    [LoggerMessage(LogLevel.Information, "The database of {Tenant} answers again.")]
    private partial void LogBack(string tenant);
}
