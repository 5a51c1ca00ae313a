namespace Ecodrix.Server.Http.Idempotency;

/// <summary>What a key that was shown amounts to.</summary>
internal abstract record Claim
{
    private Claim()
    {
    }

    /// <summary>The request is the first, or continues one that died.</summary>
    public sealed record Mine(IdempotencyRecord Reservation) : Claim;

    public sealed record Answered(RememberedAnswer Answer) : Claim;

    public sealed record Running : Claim;

    /// <summary>The key was used with another query or body.</summary>
    public sealed record OtherRequest : Claim;

    /// <summary>Decides what a stored record means for a request. A pure function, so that every branch is a one-line test.</summary>
    /// <returns><see cref="Mine"/> carries the record as it is to be stored, under its next version.</returns>
    public static Claim Judge(IdempotencyRecord stored, IdempotencyRecord wanted)
    {
        var age = wanted.At - stored.At;
        var expired = age >= (stored.Answer is null ? IdempotencyStore.ReservedFor : IdempotencyStore.RememberedFor);
        var same = string.Equals(stored.Fingerprint, wanted.Fingerprint, StringComparison.Ordinal);

        return (stored.Answer, expired, same) switch
        {
            // Whoever died may have made its document: the same request makes it again under the same id.
            (null, true, true) => new Mine(wanted with { Version = stored.Version + 1, ReservedId = stored.ReservedId }),
            (_, true, _) => new Mine(wanted with { Version = stored.Version + 1 }),
            (_, _, false) => new OtherRequest(),
            (null, _, _) => new Running(),
            _ => new Answered(stored.Answer),
        };
    }
}
