using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Server.Http.Idempotency;

/// <summary>Keeps who used which key, in the services database.</summary>
internal sealed class IdempotencyStore(IServicesDatabase services)
{
    public static readonly TimeSpan RememberedFor = TimeSpan.FromHours(24);

    public static readonly TimeSpan ReservedFor = TimeSpan.FromSeconds(60);

    private readonly IDocuments<IdempotencyRecord> records = services.Documents<IdempotencyRecord>();

    /// <summary>Of requests that come at once with one key, exactly one gets <see cref="Claim.Mine"/>.</summary>
    public async Task<Claim> ClaimAsync(IdempotencyRecord wanted, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await records.TryAddAsync(wanted, cancellationToken))
            {
                return new Claim.Mine(wanted);
            }

            if (await records.FindAsync(wanted.Id, cancellationToken) is not { } stored)
            {
                continue;
            }

            var claim = Claim.Judge(stored, wanted);
            if (claim is not Claim.Mine mine || await records.TryReplaceAsync(mine.Reservation, cancellationToken))
            {
                return claim;
            }
        }
    }

    /// <summary>Remembers the answer. Does nothing when the reservation was taken over meanwhile.</summary>
    public Task KeepAsync(IdempotencyRecord reservation, RememberedAnswer answer, DateTimeOffset now, CancellationToken cancellationToken) =>
        records.TryReplaceAsync(reservation with { Version = reservation.Version + 1, Answer = answer, At = now }, cancellationToken);

    /// <summary>Frees the key, unless the reservation was taken over meanwhile.</summary>
    public async Task FreeAsync(IdempotencyRecord reservation, CancellationToken cancellationToken)
    {
        // A delete asks for no version: only the record as it was reserved may be expired, and only then deleted.
        var expired = reservation with { Version = reservation.Version + 1, At = DateTimeOffset.UnixEpoch };
        if (await records.TryReplaceAsync(expired, cancellationToken))
        {
            await records.DeleteManyAsync(
                new Condition.All(Condition.Eq("_id", expired.Id), Condition.Eq("version", expired.Version)), 1, cancellationToken);
        }
    }

    /// <returns>How many were forgotten; fewer than <paramref name="atMost"/> when none is left.</returns>
    public Task<int> ForgetAsync(DateTimeOffset now, int atMost, CancellationToken cancellationToken) =>
        records.DeleteManyAsync(Condition.Lt("at", Instants.Write(now - RememberedFor)), atMost, cancellationToken);
}
