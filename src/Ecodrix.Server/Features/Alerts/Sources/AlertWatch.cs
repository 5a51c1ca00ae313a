using Ecodrix.Server.Features.Alerts.Telling;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Alerts.Sources;

/// <summary>Has everything looked at for as long as the process lives, if there is somebody to tell.</summary>
internal sealed partial class AlertWatch(IEnumerable<IAlertLook> looks, AlertSender sender, TimeProvider clock, ILogger<AlertWatch> logger) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        sender.IsOn ? Task.WhenAll(looks.Select(look => RepeatAsync(look, stoppingToken))) : Task.CompletedTask;

    /// <summary>One look at everything. Tests call this instead of waiting.</summary>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        foreach (var look in looks)
        {
            await TryAsync(look, cancellationToken);
        }
    }

    private async Task RepeatAsync(IAlertLook look, CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(look.Every, clock);
        do
        {
            await TryAsync(look, stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task TryAsync(IAlertLook look, CancellationToken cancellationToken)
    {
        try
        {
            await look.LookAsync(cancellationToken);
        }
        catch (DatabaseUnavailableException unavailable)
        {
            LogPutOff(look.GetType().Name, unavailable);
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Look} looks again later: the database is not available.")]
    private partial void LogPutOff(string look, Exception exception);
}
