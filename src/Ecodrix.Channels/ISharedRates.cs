namespace Ecodrix.Channels;

/// <summary>Rates that several processes keep together, so that an account sends no faster however many send for it.</summary>
/// <remarks>Where they cannot be asked, each process keeps its share of a rate by itself.</remarks>
public interface ISharedRates
{
    /// <summary>How many processes send at present, this one included; 1 or more.</summary>
    int Sharers { get; }

    /// <summary>Takes a token of each rate, if all come free within <paramref name="longestWait"/>; else of none.</summary>
    /// <returns>Null when the rates cannot be asked now.</returns>
    ValueTask<RateTurn?> TakeAsync(IReadOnlyList<SharedRate> rates, TimeSpan longestWait, CancellationToken cancellationToken);

    /// <summary>Lets nobody take of a rate for so long. Where it cannot be said it is not said.</summary>
    ValueTask BlockAsync(string name, TimeSpan pause);
}

/// <param name="Name">The same in all processes; it holds no phone number.</param>
/// <param name="Interval">The time between two tokens.</param>
/// <param name="Burst">How many may go at once after a rest; 1 or more.</param>
public sealed record SharedRate(string Name, TimeSpan Interval, double Burst);

/// <param name="IsTaken">False when it would take longer; nothing was taken then.</param>
/// <param name="Wait">How long until the tokens are free.</param>
public sealed record RateTurn(bool IsTaken, TimeSpan Wait);

/// <summary>A process that shares its rates with nobody.</summary>
internal sealed class UnsharedRates : ISharedRates
{
    public int Sharers => 1;

    public ValueTask<RateTurn?> TakeAsync(IReadOnlyList<SharedRate> rates, TimeSpan longestWait, CancellationToken cancellationToken) => ValueTask.FromResult<RateTurn?>(null);

    public ValueTask BlockAsync(string name, TimeSpan pause) => ValueTask.CompletedTask;
}
