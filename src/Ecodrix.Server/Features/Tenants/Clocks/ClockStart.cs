using Ecodrix.Engine.Jobs;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Tenants.Clocks;

/// <summary>Ends what an earlier process began: a twin's clock was set, and not all of its work had followed.</summary>
internal sealed partial class ClockStart(TwinClocks clocks, ITimeTravel travel, ILogger<ClockStart> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var twin in await clocks.AllSetAsync(cancellationToken))
            {
                await clocks.FollowAsync(twin, cancellationToken);
                await travel.FollowClockAsync(twin, until: null, cancellationToken);
            }
        }
        catch (DatabaseUnavailableException failure)
        {
            // The server starts all the same; the next advance of the twin does it.
            LogNotFollowed(failure);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Warning, "The work of test twins could not be brought in line with their clocks; the next advance of each does it.")]
    private partial void LogNotFollowed(Exception failure);
}
