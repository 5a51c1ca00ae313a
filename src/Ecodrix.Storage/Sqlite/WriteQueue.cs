namespace Ecodrix.Storage.Sqlite;

/// <summary>A file's one writer: takes whatever has gathered, commits it in one transaction, tells each its outcome.</summary>
/// <remarks>While one commit waits for the disk the next batch gathers, so the cost of a sync is shared by all who wait.</remarks>
internal sealed class WriteQueue : IDisposable
{
    /// <summary>Beyond it a write is refused: whoever adds more would wait in vain, and fill the memory meanwhile.</summary>
    public const int MostWaiting = 20_000;

    private const int MostInOneTransaction = 256;

    private readonly object door = new();
    private readonly Func<Connection> open;
    private readonly Action beforeCommit;
    private readonly Action<long> afterCommit;
    private readonly Lock betweenCommits;
    private readonly WritePace pace = new(MostInOneTransaction, TimeProvider.System);
    private readonly WriteTurns turns = new(MostInOneTransaction);
    private List<Write> waiting = [];
    private List<Write> come = [];
    private Connection? opened;
    private bool isWriting;
    private bool closing;
    private int unfinished;

    /// <param name="open">Makes the connection at the first write; it is closed with the queue.</param>
    /// <param name="beforeCommit">Throws when what is about to be committed would be lost.</param>
    /// <param name="afterCommit">Called with all that was written so far, in bytes, before anybody hears that it is: the time of the commit is then what the clock says at most.</param>
    /// <param name="betweenCommits">Held during a transaction; who holds it otherwise keeps the writer out.</param>
    public WriteQueue(Func<Connection> open, Action beforeCommit, Action<long> afterCommit, Lock betweenCommits)
    {
        this.open = open;
        this.beforeCommit = beforeCommit;
        this.afterCommit = afterCommit;
        this.betweenCommits = betweenCommits;
    }

    /// <summary>How long a write that came now would wait for its commit, as far as the last commits tell.</summary>
    public TimeSpan ExpectedWait => pace.Expect(Volatile.Read(ref unfinished));

    /// <exception cref="TooManyWritesException">So many wait already that one more is not taken.</exception>
    public Task<TResult> AddAsync<TResult>(Func<Connection, TResult> work, WriteShare share = default)
    {
        var write = new Write<TResult>(work, share);
        bool begins;
        lock (door)
        {
            ObjectDisposedException.ThrowIf(closing, this);
            if (unfinished >= MostWaiting)
            {
                throw new TooManyWritesException();
            }

            waiting.Add(write);
            Interlocked.Increment(ref unfinished);
            begins = !isWriting;
            isWriting = true;
        }

        if (begins)
        {
            DiskThreads.Run(Run);
        }

        return write.Outcome;
    }

    /// <summary>Finishes what waits, then closes the connection.</summary>
    public void Dispose()
    {
        lock (door)
        {
            closing = true;
            while (isWriting)
            {
                Monitor.Wait(door);
            }
        }

        opened?.Dispose();
    }

    private void Run()
    {
        while (Gather())
        {
            var writes = turns.Take();
            Commit(writes);
            Interlocked.Add(ref unfinished, -writes.Count);
        }
    }

    /// <returns>False when nothing waits, and this thread is the writer no longer.</returns>
    private bool Gather()
    {
        lock (door)
        {
            (come, waiting) = (waiting, come);
            isWriting = come.Count > 0 || !turns.IsEmpty;
            Monitor.PulseAll(door);
            turns.Add(come);
            come.Clear();
            return isWriting;
        }
    }

    private void Commit(IReadOnlyList<Write> writes)
    {
        try
        {
            pace.Begin();
            opened ??= open();
            lock (betweenCommits)
            {
                InTransaction(opened, writes);
            }
        }
        catch (Exception failure)
        {
            pace.End();
            foreach (var write in writes)
            {
                write.Fail(failure);
            }

            return;
        }

        StorageTelemetry.Committed(writes.Count, writes[0].Since);
        afterCommit(opened.Written);
        foreach (var write in writes)
        {
            write.Settle();
        }
    }

    private void InTransaction(Connection connection, IReadOnlyList<Write> writes)
    {
        Run(connection, "BEGIN IMMEDIATE");
        try
        {
            foreach (var write in writes)
            {
                write.Attempt(connection);
            }

            beforeCommit();
            pace.Written(writes.Count);
            Run(connection, "COMMIT");
            pace.Committed();
        }
        catch
        {
            if (connection.InTransaction)
            {
                Run(connection, "ROLLBACK");
            }

            throw;
        }
    }

    private static void Run(Connection connection, string sql)
    {
        var statement = connection.Prepared(sql);
        try
        {
            statement.Step();
        }
        finally
        {
            statement.Reset();
        }
    }
}
