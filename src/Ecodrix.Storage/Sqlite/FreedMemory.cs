using System.Runtime.InteropServices;

namespace Ecodrix.Storage.Sqlite;

/// <summary>Gives the memory of closed files back to the system: the C library keeps what SQLite has freed, in pieces, for itself.</summary>
internal static class FreedMemory
{
    private static readonly Func<nuint, int>? Trim = Find();

    /// <summary>Does nothing where the C library is not glibc.</summary>
    public static void GiveBack() => Trim?.Invoke(0);

    private static Func<nuint, int>? Find() =>
        OperatingSystem.IsLinux()
        && NativeLibrary.TryLoad("libc.so.6", out var library)
        && NativeLibrary.TryGetExport(library, "malloc_trim", out var entry)
            ? Marshal.GetDelegateForFunctionPointer<MallocTrim>(entry).Invoke
            : null;

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int MallocTrim(nuint pad);
}
