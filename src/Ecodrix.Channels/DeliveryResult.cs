namespace Ecodrix.Channels;

/// <summary>
/// What became of one attempt to reach the outside world. A channel answers with one of these and throws only for bugs.
/// </summary>
/// <remarks>
/// The line that matters runs between <see cref="TryLater"/> and <see cref="Unknown"/>: the first promises that nothing was sent
/// (or that repeating is harmless), the second says that it may have been, so that nobody sends it again blindly.
/// </remarks>
public abstract record DeliveryResult
{
    private DeliveryResult()
    {
    }

    /// <summary>The provider took it. Channels that learn more than an id answer with a record derived from this one.</summary>
    public record Sent(string ProviderId) : DeliveryResult;

    /// <summary>Nothing was sent and nothing should have been.</summary>
    public sealed record Skipped(string Why) : DeliveryResult;

    /// <summary>Final, with the provider's own code and words, or a code of ours when the provider was never asked.</summary>
    public sealed record Refused(string Code, string Why) : DeliveryResult
    {
        /// <summary>How far the refusal reaches: an account's makes every further message on it pointless until a person acts.</summary>
        public RefusalReach Reach { get; init; } = RefusalReach.Message;

        /// <summary>What a person can do about it, where that is known.</summary>
        public string? Hint { get; init; }

        /// <summary>The parameter or field at fault, such as <c>body.2</c>, where there is one.</summary>
        public string? Parameter { get; init; }
    }

    /// <summary>Nothing was sent; the same attempt may be made again.</summary>
    /// <param name="NotBefore">The earliest sensible time, where the provider or a rate limit names one.</param>
    public sealed record TryLater(string Why, DateTimeOffset? NotBefore = null) : DeliveryResult
    {
        /// <summary>False while waiting for a rate limit or a paused account: that must not use up attempts.</summary>
        public bool CountsAsAttempt { get; init; } = true;

        /// <summary>The provider's code, where there was one.</summary>
        public string? Code { get; init; }

        /// <summary>Fewer attempts than usual, where the provider's advice is to give up early.</summary>
        public int? AttemptsAtMost { get; init; }
    }

    /// <summary>The request was written and no readable answer came: it may have been sent.</summary>
    public sealed record Unknown(string Why) : DeliveryResult;
}

/// <summary>What a refusal is about, and so who else it will hit.</summary>
public enum RefusalReach
{
    /// <summary>This message only.</summary>
    Message,

    /// <summary>This recipient, whatever is sent.</summary>
    Recipient,

    /// <summary>This template, whoever gets it.</summary>
    Template,

    /// <summary>The sending account: credentials, permission, payment, a lock. Its queue should stop and someone be told.</summary>
    Account,
}

/// <summary>Asked when all is ready (a connection, a rate's turn) and nothing is written yet that a provider could act on.</summary>
/// <returns>False calls the sending off.</returns>
public delegate Task<bool> BeforeSending();

/// <summary>The question for who has nothing to say.</summary>
internal static class Sending
{
    public static readonly BeforeSending AtOnce = static () => Task.FromResult(true);

    /// <summary>Nothing was sent, because whoever asked for it said so.</summary>
    public static DeliveryResult.TryLater CalledOff() => new("It was called off before it was sent.") { CountsAsAttempt = false };
}
