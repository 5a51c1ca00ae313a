namespace Ecodrix.Server.Features.Alerts.Knowing;

/// <summary>Brings what one look has seen together with what was known to last.</summary>
internal sealed class LastingAlerts(AlertBook book)
{
    /// <summary>So many begin with one look; what a large outage leaves over begins with the next. A receiver is not to be flooded by its own alarm.</summary>
    public const int MostBegun = 25;

    public async Task SeeAsync(IEnumerable<Sighting> seen, CancellationToken cancellationToken)
    {
        var made = 0;
        foreach (var one in seen)
        {
            if (await book.SeeAsync(one, cancellationToken) && ++made == MostBegun)
            {
                return;
            }
        }
    }

    /// <summary>Ends what is over. For one instance at a time.</summary>
    /// <param name="kind">Whose.</param>
    /// <param name="seen">What lasts, by the same look.</param>
    /// <param name="isOverAsync">Asked about each that was not seen.</param>
    public async Task EndAsync(AlertKind kind, IEnumerable<Sighting> seen, Func<Alert, Task<bool>> isOverAsync, CancellationToken cancellationToken)
    {
        var lasting = seen.Select(one => one.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var alert in await book.LastingAsync(kind, cancellationToken))
        {
            if (!lasting.Contains(alert.Id) && await isOverAsync(alert))
            {
                await book.ClearAsync(alert.Id, cancellationToken);
            }
        }
    }
}
