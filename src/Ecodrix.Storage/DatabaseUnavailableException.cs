namespace Ecodrix.Storage;

/// <summary>A database cannot answer now: missing, locked, damaged, full or down. What was asked for was not done.</summary>
public sealed class DatabaseUnavailableException : Exception
{
    public DatabaseUnavailableException()
        : this("The database is not available.")
    {
    }

    public DatabaseUnavailableException(string message)
        : base(message)
    {
    }

    public DatabaseUnavailableException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Whose database it is; null when it is the services' or nobody knows.</summary>
    public TenantId? Tenant { get; init; }

    /// <summary>The database answers, but has more to do than it can: asking again soon may help, and nothing is broken.</summary>
    public bool IsBusy { get; init; }
}
