using Ecodrix.Storage;

namespace Ecodrix.Server.Delivery;

/// <summary>Writes down what became of an effect, as often as it takes: while the database is away only this process knows it.</summary>
/// <remarks>A crash meanwhile leaves the effect recorded as started, and so unknown.</remarks>
internal sealed class Ledger(TimeProvider clock)
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);

    /// <param name="writeAsync">May be done twice. The host's stopping does not end it: what has left is not forgotten by that.</param>
    /// <param name="giveUp">Ends the waiting for the database.</param>
    /// <exception cref="OperationCanceledException">It was given up while the database was away.</exception>
    public async Task<TResult> WriteAsync<TResult>(Func<Task<TResult>> writeAsync, CancellationToken giveUp)
    {
        while (true)
        {
            try
            {
                return await writeAsync();
            }
            catch (DatabaseUnavailableException)
            {
                await Task.Delay(Between, clock, giveUp);
            }
        }
    }
}
