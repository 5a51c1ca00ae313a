using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Ecodrix.Storage.Sqlite;

/// <summary>Has a database file's written pages reach the disk, through the handle that SQLite has of it.</summary>
/// <remarks>
/// Not by opening the file once more: closing that would give up all locks that this process has on it (fcntl(2), "Advisory record locking").
/// The handle and its methods are SQLite's public interface: https://sqlite.org/c3ref/io_methods.html.
/// </remarks>
internal static class FileSync
{
    /// <summary><c>SQLITE_FCNTL_FILE_POINTER</c></summary>
    private const int FilePointer = 7;

    /// <summary><c>SQLITE_SYNC_NORMAL</c></summary>
    private const int NormalSync = 2;

    /// <summary>Where <c>xSync</c> stands in <c>sqlite3_io_methods</c>: after the version, which takes a pointer's room, and four others.</summary>
    private const int Sync = 5;

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int SyncFile(IntPtr file, int flags);

    /// <summary>Returns when it is done; for the thread that uses the connection.</summary>
    /// <exception cref="SqliteException">The disk failed.</exception>
    public static void Run(sqlite3 connection)
    {
        Check(FileControl(connection.DangerousGetHandle(), IntPtr.Zero, FilePointer, out var file), connection);
        var methods = Marshal.ReadIntPtr(file);
        var sync = Marshal.GetDelegateForFunctionPointer<SyncFile>(Marshal.ReadIntPtr(methods, Sync * IntPtr.Size));
        Check(sync(file, NormalSync), connection);
    }

    private static void Check(int code, sqlite3 connection) => SqliteException.ThrowExceptionForRC(code, connection);

    [DllImport("e_sqlite3", EntryPoint = "sqlite3_file_control", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static extern int FileControl(IntPtr connection, IntPtr mainDatabase, int operation, out IntPtr file);
}
