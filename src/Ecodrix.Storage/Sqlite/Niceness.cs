using System.Runtime.InteropServices;

namespace Ecodrix.Storage.Sqlite;

/// <summary>How readily a thread gives way to the others of the machine: .NET's own thread priorities do nothing on Linux.</summary>
internal static class Niceness
{
    private const int OfOneThread = 0; // PRIO_PROCESS: Linux keeps it for each thread, setpriority(2).

    private static readonly SetPriority? Set = Find();

    /// <summary>Does nothing where the C library is not glibc. It cannot be taken back without a privilege.</summary>
    /// <param name="niceness">0 is that of most threads, 19 gives way to nearly all.</param>
    public static void OfThisThread(int niceness) => Set?.Invoke(OfOneThread, 0, niceness);

    private static SetPriority? Find() =>
        OperatingSystem.IsLinux()
        && NativeLibrary.TryLoad("libc.so.6", out var library)
        && NativeLibrary.TryGetExport(library, "setpriority", out var entry)
            ? Marshal.GetDelegateForFunctionPointer<SetPriority>(entry)
            : null;

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int SetPriority(int which, uint who, int niceness);
}
