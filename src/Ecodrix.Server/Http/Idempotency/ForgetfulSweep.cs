namespace Ecodrix.Server.Http.Idempotency;

/// <summary>Drops keys that are older than a day. Nothing depends on it: an old key is judged by its age.</summary>
internal sealed class ForgetfulSweep(IdempotencyStore store, TimeProvider clock)
{
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    private const int AtOnce = 500;

    /// <summary>Forgets what is old enough now.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        while (await store.ForgetAsync(clock.GetUtcNow(), AtOnce, cancellationToken) == AtOnce)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}
