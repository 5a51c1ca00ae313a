namespace Ecodrix.Storage.Sqlite;

/// <summary>One change that waits for the writer. Several share a transaction; each has its own outcome.</summary>
/// <param name="share">What of the writer's time it takes, and of whose.</param>
internal abstract class Write(WriteShare share)
{
    private Exception? failure;

    public WriteShare Share { get; } = share;

    /// <summary>When it was handed over, for whoever measures; 0 when nobody does.</summary>
    public long Since { get; } = StorageTelemetry.Now();

    /// <summary>Does the work inside the transaction; a failure is this write's alone while the transaction stands.</summary>
    public void Attempt(Connection connection)
    {
        try
        {
            Execute(connection);
        }
        catch (Exception thrown) when (connection.InTransaction)
        {
            failure = thrown;
        }
    }

    /// <summary>Tells whoever waits, after the commit.</summary>
    public void Settle()
    {
        if (failure is null)
        {
            Succeed();
        }
        else
        {
            Fail(failure);
        }
    }

    public abstract void Fail(Exception cause);

    protected abstract void Execute(Connection connection);

    protected abstract void Succeed();
}

internal sealed class Write<TResult>(Func<Connection, TResult> work, WriteShare share) : Write(share)
{
    // Not on the writer's thread: what follows there would hold up every other commit.
    private readonly TaskCompletionSource<TResult> outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TResult? result;

    public Task<TResult> Outcome => outcome.Task;

    public override void Fail(Exception cause) => outcome.TrySetException(cause);

    protected override void Execute(Connection connection) => result = work(connection);

    protected override void Succeed() => outcome.TrySetResult(result!);
}
