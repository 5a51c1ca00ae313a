namespace Ecodrix.Storage.Sqlite;

/// <summary>A file's one writer: takes whatever has gathered, commits it in one transaction, tells each its outcome.</summary>
/// <remarks>While one commit waits for the disk the next batch gathers, so the cost of a sync is shared by all who wait.</remarks>
internal sealed class WriteQueue : IDisposable
{
    /// <summary>Beyond it a write is refused: whoever adds more would wait in vain, and fill the memory meanwhile.</summary>
    public const int MostWaiting = 20_000;

    private const int MostInOneTransaction = 256;
    private const int StackBytes = 256 * 1024;

    private readonly Lock door = new();
    private readonly Connection connection;
    private readonly Action beforeCommit;
    private readonly Action<long> afterCommit;
    private readonly Lock betweenCommits;
    private readonly SemaphoreSlim wake = new(0);
    private readonly WritePace pace = new(MostInOneTransaction, TimeProvider.System);
    private readonly Thread thread;
    private readonly WriteTurns turns = new(MostInOneTransaction);
    private List<Write> waiting = [];
    private List<Write> come = [];
    private bool closing;
    private int unfinished;

    /// <param name="connection">Owned from now on.</param>
    /// <param name="beforeCommit">Throws when what is about to be committed would be lost.</param>
    /// <param name="afterCommit">Called with all that was written so far, in bytes.</param>
    /// <param name="betweenCommits">Held during a transaction; who holds it otherwise keeps the writer out.</param>
    public WriteQueue(string name, Connection connection, Action beforeCommit, Action<long> afterCommit, Lock betweenCommits)
    {
        this.connection = connection;
        this.beforeCommit = beforeCommit;
        this.afterCommit = afterCommit;
        this.betweenCommits = betweenCommits;
        thread = new Thread(Run, StackBytes) { Name = "writer of " + name, IsBackground = true };
        thread.Start();
    }

    /// <summary>How long a write that came now would wait for its commit, as far as the last commits tell.</summary>
    public TimeSpan ExpectedWait => pace.Expect(Volatile.Read(ref unfinished));

    /// <exception cref="TooManyWritesException">So many wait already that one more is not taken.</exception>
    public Task<TResult> AddAsync<TResult>(Func<Connection, TResult> work, WriteShare share = default)
    {
        var write = new Write<TResult>(work, share);
        bool first;
        lock (door)
        {
            ObjectDisposedException.ThrowIf(closing, this);
            if (unfinished >= MostWaiting)
            {
                throw new TooManyWritesException();
            }

            waiting.Add(write);
            Interlocked.Increment(ref unfinished);
            first = waiting.Count == 1;
        }

        if (first)
        {
            wake.Release();
        }

        return write.Outcome;
    }

    /// <summary>Finishes what waits, then closes the connection.</summary>
    public void Dispose()
    {
        lock (door)
        {
            closing = true;
        }

        wake.Release();
        thread.Join();
        connection.Dispose();
        wake.Dispose();
    }

    private void Run()
    {
        bool last;
        do
        {
            wake.Wait();
            do
            {
                last = Gather();
                if (turns.Take() is { Count: > 0 } writes)
                {
                    Commit(writes);
                    Interlocked.Add(ref unfinished, -writes.Count);
                }
            }
            while (!turns.IsEmpty);
        }
        while (!last);
    }

    /// <returns>Whether nothing comes any more.</returns>
    private bool Gather()
    {
        bool last;
        lock (door)
        {
            (come, waiting) = (waiting, come);
            last = closing;
        }

        turns.Add(come);
        come.Clear();
        return last;
    }

    private void Commit(IReadOnlyList<Write> writes)
    {
        try
        {
            pace.Begin();
            lock (betweenCommits)
            {
                InTransaction(writes);
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
        foreach (var write in writes)
        {
            write.Settle();
        }

        afterCommit(connection.Written);
    }

    private void InTransaction(IReadOnlyList<Write> writes)
    {
        Run("BEGIN IMMEDIATE");
        try
        {
            foreach (var write in writes)
            {
                write.Attempt(connection);
            }

            beforeCommit();
            pace.Written(writes.Count);
            Run("COMMIT");
            pace.Committed();
        }
        catch
        {
            if (connection.InTransaction)
            {
                Run("ROLLBACK");
            }

            throw;
        }
    }

    private void Run(string sql)
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
