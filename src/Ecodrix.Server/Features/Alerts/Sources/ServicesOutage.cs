using Ecodrix.Server.Features.Alerts.Knowing;
using Ecodrix.Server.Features.Alerts.Telling;
using Ecodrix.Server.Instances;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Alerts.Sources;

/// <summary>Whether the services database answers. While it does not, nothing can be written down, so this is told from memory.</summary>
/// <remarks>
/// The instances cannot agree then. The first of those that knew of each other tells; the others do so only when the outage
/// goes on, for the first may have gone down with the database. All use the same id, which follows from how many outages were
/// known before, so that a receiver that heeds ids takes it once. The end is written down, by one, like everything else.
/// </remarks>
internal sealed class ServicesOutage(IServicesDatabase services, AlertBook book, AlertSender sender, InstanceList instances, TimeProvider clock) : IAlertLook
{
    private static readonly string Id = AlertKind.DatabaseDown.IdOf(tenant: null, subject: null);

    private static readonly AlertDetails Details = new() { Database = "services" };

    /// <summary>A moment is no outage.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan OthersWait = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private int episodes;

    private DateTimeOffset? downSince;

    private int told;

    private int attempts;

    private DateTimeOffset notBefore;

    public TimeSpan Every { get; } = TimeSpan.FromSeconds(5);

    public async Task LookAsync(CancellationToken cancellationToken)
    {
        if (!await AnswersAsync(cancellationToken))
        {
            downSince ??= clock.GetUtcNow();
            await TellAsync(downSince.Value, cancellationToken);
            return;
        }

        if (downSince is { } since && told > 0)
        {
            await book.ChangeAsync(Id, known => EndOf(known, since), cancellationToken);
        }

        (downSince, told, attempts, notBefore) = (null, 0, 0, default);
        episodes = (await book.FindAsync(Id, cancellationToken))?.Episode ?? 0;
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            await services.PingAsync(cancellationToken).WaitAsync(Patience, clock, cancellationToken);
            return true;
        }
        catch (DatabaseUnavailableException unavailable)
        {
            return unavailable.IsBusy;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task TellAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (now - since < (instances.IsFirst ? Moment : OthersWait) || now < notBefore)
        {
            return;
        }

        var alert = Outage(since) with { Told = told };
        var id = AlertForm.IdOf(alert, AlertState.Firing);
        var attempt = await sender.SendAsync(id, AlertForm.Write(alert, AlertState.Firing, id, now), cancellationToken);
        (told, attempts, notBefore) = attempt.IsDelivered
            ? (told + 1, 0, now + AlertKind.DatabaseDown.RepeatsAfter)
            : (told, attempts + 1, now + AlertPatience.Wait(attempts + 1));
    }

    // Null when another instance has written it down already.
    private Alert? EndOf(Alert? known, DateTimeOffset since) =>
        known?.Episode > episodes ? null : AlertMachine.End((known ?? Outage(since)) with { Episode = episodes + 1, Since = since, Told = told, Details = Details }, clock.GetUtcNow());

    private Alert Outage(DateTimeOffset since) => new()
    {
        Id = Id,
        Version = 0,
        Kind = AlertKind.DatabaseDown.Name,
        Episode = episodes + 1,
        Since = since,
        SeenAt = since,
        Details = Details,
    };
}
