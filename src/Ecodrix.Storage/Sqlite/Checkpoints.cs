using Microsoft.Data.Sqlite;

namespace Ecodrix.Storage.Sqlite;

/// <summary>Moves what is committed from the log into the file, on a connection of its own and never inside a commit.</summary>
/// <remarks>
/// The first pass copies nearly all beside the writer. The second keeps the writer out for the few pages that came
/// meanwhile: only a log that is copied whole starts again from its beginning, and otherwise it would grow for as long as the load lasts.
/// </remarks>
internal sealed class Checkpoints(string path, Lock betweenCommits) : IDisposable
{
    private const long BytesBetween = 8 * 1024 * 1024;
    private const int WorthGivingBack = 2_000;

    private readonly Lock running = new();
    private Connection? connection;
    private long copied;
    private bool queued;
    private bool closed;

    /// <summary>Called by the writer after each commit.</summary>
    public void After(long written)
    {
        if (written - copied < BytesBetween || Volatile.Read(ref queued))
        {
            return;
        }

        copied = written;
        Volatile.Write(ref queued, true);
        ThreadPool.UnsafeQueueUserWorkItem(static checkpoints => checkpoints.Run(), this, preferLocal: false);
    }

    public void Dispose()
    {
        lock (running)
        {
            closed = true;
            connection?.Dispose();
        }
    }

    private void Run()
    {
        lock (running)
        {
            try
            {
                if (!closed)
                {
                    Copy();
                }
            }
            catch (SqliteException)
            {
                // What is in the log is safe there; a broken file shows itself to the next reader or writer.
            }
            finally
            {
                Volatile.Write(ref queued, false);
            }
        }
    }

    // A few pages at a time: the writer waits meanwhile.
    private void GiveBackFreePages()
    {
        if (connection!.Read("PRAGMA freelist_count", [], row => row.Integer(0))[0] > WorthGivingBack)
        {
            connection.Execute("PRAGMA incremental_vacuum(500)");
        }
    }

    private void Copy()
    {
        connection ??= Connection.OpenCheckpointer(path);
        connection.Execute("PRAGMA wal_checkpoint(PASSIVE)");
        lock (betweenCommits)
        {
            GiveBackFreePages();
            connection.Execute("PRAGMA wal_checkpoint(PASSIVE)");
        }
    }
}
