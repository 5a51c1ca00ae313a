namespace Ecodrix.Storage;

/// <summary>Copies databases that are files of this process, while they are read and written. Registered only where they are.</summary>
/// <remarks>
/// A copy is one database as it was at one moment, complete in one file that can be put in the place of the original's.
/// Of several, each has its own moment: what is copied first is the oldest.
/// </remarks>
public interface IFileBackup
{
    /// <param name="path">Where no file is. It appears whole and durable, or not at all.</param>
    /// <exception cref="DatabaseUnavailableException">The database cannot be read, or the copy cannot be written.</exception>
    Task CopyServicesAsync(string path, CancellationToken cancellationToken);

    /// <inheritdoc cref="CopyServicesAsync"/>
    /// <returns>False when the tenant has no database.</returns>
    Task<bool> CopyTenantAsync(TenantId tenant, string path, CancellationToken cancellationToken);
}
