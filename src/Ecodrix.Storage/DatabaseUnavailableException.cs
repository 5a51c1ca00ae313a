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
}
