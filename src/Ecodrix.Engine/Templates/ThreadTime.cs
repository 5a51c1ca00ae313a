using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Ecodrix.Engine.Templates;

/// <summary>How much processor time the present thread has used: what is measured by it costs the same on a busy machine as on an idle one.</summary>
internal static class ThreadTime
{
    /// <summary><c>CLOCK_THREAD_CPUTIME_ID</c> of Linux's <c>clock_gettime</c>.</summary>
    private const int OfThisThread = 3;

    private static readonly ReadClock? Read = Find();

    /// <returns>From any point on; the passing time where the system does not tell.</returns>
    public static TimeSpan Now() => Read is not null && Read(OfThisThread, out var time) == 0
        ? TimeSpan.FromTicks((time.Seconds * TimeSpan.TicksPerSecond) + (time.Nanoseconds / TimeSpan.NanosecondsPerTick))
        : Stopwatch.GetElapsedTime(0);

    // glibc's name, then musl's.
    private static ReadClock? Find() =>
        OperatingSystem.IsLinux()
        && Environment.Is64BitProcess
        && (NativeLibrary.TryLoad("libc.so.6", out var library) || NativeLibrary.TryLoad("libc", out library))
        && NativeLibrary.TryGetExport(library, "clock_gettime", out var entry)
            ? Marshal.GetDelegateForFunctionPointer<ReadClock>(entry)
            : null;

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int ReadClock(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
