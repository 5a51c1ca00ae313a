using Ecodrix.Server.Configuration;
using Ecodrix.Storage;

namespace Ecodrix.Server.Http.Intake;

/// <summary>How much room there is for data.</summary>
internal interface IDiskSpace
{
    /// <returns>Bytes on the fullest of the disks concerned; null when no disk can be asked.</returns>
    long? Free();
}

/// <summary>The disks of the services' and the tenants' databases, as far as they lie on this machine.</summary>
internal sealed class DataDisks(Settings settings) : IDiskSpace
{
    private readonly string[] folders =
    [
        .. new[] { settings.Database, settings.TenantDatabase.Replace("{code}", "code", StringComparison.Ordinal) }
            .Select(DataSource.FileOf)
            .OfType<string>()
            .Select(file => Path.GetDirectoryName(file)!)
            .Distinct(StringComparer.Ordinal),
    ];

    public long? Free() => folders.Select(Free).Min();

    // A folder that is not there yet, or that the system will not tell about, is no reason to refuse.
    private static long? Free(string folder)
    {
        try
        {
            return new DriveInfo(folder).AvailableFreeSpace;
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
