using Ecodrix.Server.Http;

namespace Ecodrix.Server.Features.Restores;

internal static class RestoreErrors
{
    public static readonly Error NothingHeld = new(409, "CONFLICT", "No hold is in force: effects leave.", "A hold begins when a restored server starts, or with ECODRIX_HOLD=true.");

    public static readonly Error BackupRunning = new(409, "CONFLICT", "A backup is being made already.", "Wait for it to end.");

    public static readonly Error NoFiles = new(422, "UNPROCESSABLE", "The databases are no files of this server.", "Take snapshots of the database server, as docs/operations.md says.");

    public static readonly Error FolderRefused = new(422, "UNPROCESSABLE", "The folder cannot be written, or something lies in it.", "Name a folder that is empty or not there, on the server's own machine.");
}
