namespace Ecodrix.Storage;

/// <summary>How busy the services database is: for who decides whether to take in more.</summary>
public interface IStorageLoad
{
    /// <summary>How long a write that came now would wait for its commit, by the pace of the last ones; zero when nothing waits. An estimate, and cheap to ask.</summary>
    TimeSpan ExpectedWait { get; }
}
