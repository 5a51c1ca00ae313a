using System.Runtime.InteropServices;

namespace Ecodrix.Engine.Jobs;

/// <summary>How the operating system shares the processors between the calling thread and others.</summary>
internal static class ThreadNiceness
{
    /// <summary>With it a thread has a third of the time of one that has 0 while both want to run, and all of it otherwise (sched(7)).</summary>
    private const int GivesWay = 5;

    /// <summary><c>PRIO_PROCESS</c>; on Linux of one thread alone, which 0 says is this one (setpriority(2), "C library/kernel differences").</summary>
    private const int OfThread = 0;

    /// <summary>Has the calling thread give way to those that serve requests and commit, for as long as it lives. Where the system has no such thing it changes nothing.</summary>
    public static void GiveWay()
    {
        if (OperatingSystem.IsLinux())
        {
            // Not refused to anybody: only less niceness needs a right.
            _ = SetPriority(OfThread, 0, GivesWay);
        }
        else if (OperatingSystem.IsWindows())
        {
            Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
        }
    }

    [DllImport("libc", EntryPoint = "setpriority", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetPriority(int which, int who, int niceness);
}
