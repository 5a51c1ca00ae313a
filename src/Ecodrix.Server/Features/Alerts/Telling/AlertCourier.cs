using Ecodrix.Server.Features.Alerts.Knowing;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Alerts.Telling;

/// <summary>Delivers the messages that wait, each matter's in their order. A crash in between delivers one again, under the same id.</summary>
internal sealed partial class AlertCourier(AlertBook book, AlertSender sender, TimeProvider clock, ILogger<AlertCourier> logger) : BackgroundService
{
    private const int AtOnce = 50;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    /// <summary>Longer than an attempt takes: then whoever took the message is dead.</summary>
    private static readonly TimeSpan Taken = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!sender.IsOn)
        {
            return;
        }

        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await DeliverAsync(stoppingToken);
            }
            catch (DatabaseUnavailableException unavailable)
            {
                LogPutOff(unavailable);
            }
        }
    }

    /// <summary>Tries what is due once. Tests call this instead of waiting.</summary>
    internal async Task DeliverAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll((await book.DueAsync(AtOnce, cancellationToken)).Select(alert => DeliverAsync(alert, cancellationToken)));

    private async Task DeliverAsync(Alert due, CancellationToken cancellationToken)
    {
        if (await book.TakeAsync(due, Taken, cancellationToken) is not { Posts: [var post, ..] } taken)
        {
            return;
        }

        var attempt = await sender.SendAsync(post.Id, post.Body, cancellationToken);
        var again = attempt.IsDelivered ? null : AlertPatience.Next(post.Attempts + 1, post.MadeAt, clock.GetUtcNow());
        if (!attempt.IsDelivered)
        {
            LogUndelivered(taken.Kind, attempt.Why!, again);
        }

        // Not the stopping token: what was delivered is not to be delivered again.
        await book.ChangeAsync(taken.Id, known => known is null ? null : AlertMachine.Tried(known, post.Id, again), CancellationToken.None);
    }

    [LoggerMessage(LogLevel.Warning, "An alert of {Kind} is not delivered, because {Why}; it is tried again at {Again}.")]
    private partial void LogUndelivered(string kind, string why, DateTimeOffset? again);

    [LoggerMessage(LogLevel.Warning, "Alerts are delivered later: the services database is not available.")]
    private partial void LogPutOff(Exception exception);
}
