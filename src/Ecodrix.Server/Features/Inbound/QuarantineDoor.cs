using Ecodrix.Server.Features.Inbound.Quarantine;

namespace Ecodrix.Server.Features.Inbound;

/// <summary>How the quarantine grows.</summary>
internal sealed class QuarantineDoor(QuarantineStore quarantine)
{
    private const int CountedAtMost = 1_000;

    /// <param name="from">An id; what has it or a later one counts.</param>
    /// <param name="until">An id; what has it or a later one does not.</param>
    /// <returns>How many changes of webhooks came between; counted over at most 1,000 bodies.</returns>
    public Task<int> CountAsync(string from, string until, CancellationToken cancellationToken) =>
        quarantine.CountChangesAsync(from, until, CountedAtMost, cancellationToken);
}
