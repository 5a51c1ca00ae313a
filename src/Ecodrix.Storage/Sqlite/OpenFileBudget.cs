using System.Globalization;

namespace Ecodrix.Storage.Sqlite;

/// <summary>How many tenants' files may be open at a time: as many as an eighth of the memory allows, and what sockets leave of the descriptors.</summary>
/// <remarks>Opening a file costs as much as several runs, so those of a busy hour stay open where there is room for them.</remarks>
internal static class OpenFileBudget
{
    /// <summary>An open file takes about that much while it is in use.</summary>
    private const int BytesEach = 320 * 1024;

    /// <summary>The file, its log and their shared memory, and the first two once more for a reader.</summary>
    private const int DescriptorsEach = 5;

    /// <summary>For sockets and all else.</summary>
    private const int OtherDescriptors = 4_096;

    /// <summary>Where there is no telling how many descriptors there are.</summary>
    private const int Usual = 1_024;

    private const int Fewest = 64;

    /// <summary>SQLite looks through all that are open when it opens one.</summary>
    private const int Most = 10_000;

    private const string LimitsOfLinux = "/proc/self/limits";

    private const string LineOfDescriptors = "Max open files";

    /// <param name="memory">In bytes, that the process may use.</param>
    /// <param name="descriptors">That the process may have open; null when there is no telling.</param>
    public static int Of(long memory, long? descriptors) =>
        (int)Math.Clamp(Math.Min(memory / 8 / BytesEach, descriptors is { } all ? (all - OtherDescriptors) / DescriptorsEach : Usual), Fewest, Most);

    /// <summary>For this process on this machine.</summary>
    public static int Here() => Of(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, Descriptors());

    /// <param name="limits">As Linux tells them, a line each: name, soft limit, hard limit, unit.</param>
    /// <returns>Null when they tell no number.</returns>
    public static long? DescriptorsIn(IEnumerable<string> limits) =>
        limits.FirstOrDefault(line => line.StartsWith(LineOfDescriptors, StringComparison.Ordinal)) is { } line
        && long.TryParse(line[LineOfDescriptors.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture, out var soft)
            ? soft
            : null;

    private static long? Descriptors() => File.Exists(LimitsOfLinux) ? DescriptorsIn(File.ReadLines(LimitsOfLinux)) : null;
}
