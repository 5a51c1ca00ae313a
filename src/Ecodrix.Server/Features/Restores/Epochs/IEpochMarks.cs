namespace Ecodrix.Server.Features.Restores.Epochs;

/// <summary>Where it is marked how far a services database has come: outside of it, where no backup of it reaches.</summary>
internal interface IEpochMarks
{
    /// <returns>Null when there is no mark of that database.</returns>
    /// <exception cref="IOException">It cannot be told.</exception>
    Task<long?> ReadAsync(string database, CancellationToken cancellationToken);

    /// <summary>Durable when it returns. A crash leaves the mark that was there or the new one.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    Task WriteAsync(string database, long number, CancellationToken cancellationToken);
}
