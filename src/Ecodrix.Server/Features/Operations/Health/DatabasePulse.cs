using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Operations.Health;

/// <summary>Whether the services database answers, told within 80 ms whatever the database does.</summary>
internal sealed class DatabasePulse(IServicesDatabase services, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(80);

    /// <summary>How long a database that answered is believed to be well while its next answer is late: a busy disk is no outage.</summary>
    private static readonly TimeSpan Believed = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();

    private Task<bool>? asking;

    private long? answeredAt;

    public async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await Ask().WaitAsync(Patience, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            lock (gate)
            {
                return answeredAt is { } last && clock.GetElapsedTime(last) < Believed;
            }
        }
    }

    private Task<bool> Ask()
    {
        lock (gate)
        {
            return asking is { IsCompleted: false } ? asking : asking = PingAsync();
        }
    }

    private async Task<bool> PingAsync()
    {
        await Task.Yield();
        try
        {
            // Not a request's token: others wait for the same answer.
            await services.PingAsync(CancellationToken.None);
        }
        catch (DatabaseUnavailableException)
        {
            return false;
        }

        lock (gate)
        {
            answeredAt = clock.GetTimestamp();
        }

        return true;
    }
}
