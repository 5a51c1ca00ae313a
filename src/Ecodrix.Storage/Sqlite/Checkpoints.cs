using Microsoft.Data.Sqlite;

namespace Ecodrix.Storage.Sqlite;

/// <summary>Moves what is committed from the log into the file, and gives free pages back, on a connection of its own and never inside a commit.</summary>
/// <remarks>
/// Passes beside the writer copy nearly all, and see it onto the disk. The last keeps the writer out for the few pages that came
/// meanwhile: only a log that is copied whole starts again from its beginning, and otherwise it would grow for as long as the load
/// lasts. Whatever is not on the disk by then is waited for with the writer kept out, and with it everybody who writes.
/// What was written last is copied soon when nothing follows it, and free pages go back a few at a time until hardly any are left.
/// </remarks>
internal sealed class Checkpoints : IDisposable
{
    /// <summary>In documents; the log is then three to four times as long, for each write changes whole pages, also of indexes. Fewer and longer checkpoints copy a page that is written often fewer times, and commits are slow while one has the disk.</summary>
    private const long BytesBetween = 24 * 1024 * 1024;

    /// <summary>How many times as long the log is as the documents, at least.</summary>
    private const int LogOfDocuments = 3;

    private const int PassesBeside = 2;
    private const int FewPages = 200;
    private const int WorthGivingBack = 2_000;
    private const int GivenBackAtOnce = 500;

    /// <summary>After the last write; sooner than a file is closed that nobody uses.</summary>
    private static readonly TimeSpan WhenQuiet = TimeSpan.FromSeconds(30);

    /// <summary>After the first write. Long enough that a hundred files in use do not keep the disk from each other's commits.</summary>
    private static readonly TimeSpan AtTheLatest = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan BetweenRounds = TimeSpan.FromMilliseconds(200);

    private readonly Lock running = new();
    private readonly string path;
    private readonly Lock betweenCommits;
    private readonly TimeProvider clock;
    private readonly Lazy<ITimer> timer;
    private Connection? connection;
    private long copied;
    private long firstWrite;
    private long lastWrite;
    private bool planned;
    private bool queued;
    private bool closed;

    /// <param name="betweenCommits">Held while the writer must stay out.</param>
    public Checkpoints(string path, Lock betweenCommits, TimeProvider clock)
    {
        this.path = path;
        this.betweenCommits = betweenCommits;
        this.clock = clock;

        // What a killed process left counts: one that is killed again and again would never copy it, and each start reads all of it.
        copied = -LengthOfLog(path) / LogOfDocuments;

        // Made by a thread of the disk's: made here it would keep what the request has at hand that opens the file.
        timer = new Lazy<ITimer>(() => clock.CreateTimer(_ => QueueWhenQuiet(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
    }

    /// <summary>Whether free pages are left to give back, and the next go soon.</summary>
    public bool IsGivingBack { get; private set; }

    /// <summary>Called by the writer after each commit.</summary>
    public void After(long written)
    {
        Volatile.Write(ref lastWrite, clock.GetTimestamp());
        if (written - copied >= BytesBetween)
        {
            if (!Volatile.Read(ref queued))
            {
                copied = written;
                Queue(DiskThreads.Run);
            }
        }
        else if (!Interlocked.Exchange(ref planned, true))
        {
            Volatile.Write(ref firstWrite, lastWrite);
            timer.Value.Change(WhenQuiet, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        lock (running)
        {
            closed = true;
            if (timer.IsValueCreated)
            {
                timer.Value.Dispose();
            }

            connection?.Dispose();
        }
    }

    // Asked again at the end of what may become quiet, so that no write has to set the timer anew.
    private void QueueWhenQuiet()
    {
        var quietIn = WhenQuiet - clock.GetElapsedTime(Volatile.Read(ref lastWrite));
        var lateIn = AtTheLatest - clock.GetElapsedTime(Volatile.Read(ref firstWrite));
        var wait = quietIn < lateIn ? quietIn : lateIn;
        if (wait > TimeSpan.Zero && !IsGivingBack)
        {
            timer.Value.Change(wait, Timeout.InfiniteTimeSpan);
            return;
        }

        Queue(DiskThreads.RunInTurn);
    }

    private void Queue(Action<Action> run)
    {
        if (!Interlocked.Exchange(ref queued, true))
        {
            run(Run);
        }
    }

    private void Run()
    {
        lock (running)
        {
            Volatile.Write(ref queued, false);
            if (closed)
            {
                return;
            }

            Volatile.Write(ref planned, false);
            try
            {
                IsGivingBack = Copy();
                if (IsGivingBack && !Interlocked.Exchange(ref planned, true))
                {
                    timer.Value.Change(BetweenRounds, Timeout.InfiniteTimeSpan);
                }
            }
            catch (SqliteException)
            {
                // What is in the log is safe there; a broken file shows itself to the next reader or writer.
                IsGivingBack = false;
            }
        }
    }

    /// <returns>Whether there is more to give back.</returns>
    private bool Copy()
    {
        connection ??= Connection.OpenCheckpointer(path);
        CopyBeside(connection);
        lock (betweenCommits)
        {
            var more = GiveBackFreePages();
            connection.Execute("PRAGMA wal_checkpoint(PASSIVE)");
            return more;
        }
    }

    // What comes during a long pass is much less, and what comes during a second one hardly anything.
    private static void CopyBeside(Connection connection)
    {
        var before = 0L;
        for (var pass = 0; pass < PassesBeside; pass++)
        {
            var pages = connection.Read("PRAGMA wal_checkpoint(PASSIVE)", [], row => row.Integer(2))[0];
            if (pages - before < FewPages)
            {
                return;
            }

            connection.SyncFile();
            before = pages;
        }
    }

    private static long LengthOfLog(string path) => new FileInfo(path + "-wal") is { Exists: true } log ? log.Length : 0;

    // A few pages at a time: the writer waits meanwhile.
    private bool GiveBackFreePages()
    {
        var free = connection!.Read("PRAGMA freelist_count", [], row => row.Integer(0))[0];
        if (free <= WorthGivingBack)
        {
            return false;
        }

        connection.Execute($"PRAGMA incremental_vacuum({GivenBackAtOnce})");
        return free - GivenBackAtOnce > WorthGivingBack;
    }
}
