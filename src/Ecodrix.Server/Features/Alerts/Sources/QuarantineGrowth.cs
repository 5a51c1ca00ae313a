using Ecodrix.Server.Features.Alerts.Knowing;
using Ecodrix.Server.Features.Inbound;
using Ecodrix.Server.Instances;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Alerts.Sources;

/// <summary>Whether something came for numbers that no client has. Counted from where the last look ended, whoever looked.</summary>
internal sealed class QuarantineGrowth(QuarantineDoor quarantine, AlertBook book, Rounds rounds, TimeProvider clock) : IAlertLook
{
    /// <summary>What is written at this moment may stand before what was written a moment ago.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(5);

    public TimeSpan Every { get; } = TimeSpan.FromSeconds(30);

    public async Task LookAsync(CancellationToken cancellationToken)
    {
        if (!await rounds.TryBeginAsync("alerts of quarantine", Every, cancellationToken))
        {
            return;
        }

        var kind = AlertKind.QuarantineGrew;
        var until = DocumentId.LowerBound(clock.GetUtcNow() - Settled);
        var known = await book.FindAsync(kind.IdOf(tenant: null, subject: null), cancellationToken);
        var grown = known?.Mark is { } from ? await quarantine.CountAsync(from, until, cancellationToken) : 0;
        if (known is not null && grown == 0)
        {
            // Nothing lies between the mark and now, so it may stay where it is.
            return;
        }

        await book.HappenAsync(new Happening(kind, Tenant: null, grown, []) { From = known?.Mark, Mark = until }, cancellationToken);
    }
}
