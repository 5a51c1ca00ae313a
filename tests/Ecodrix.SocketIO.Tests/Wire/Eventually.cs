namespace Ecodrix.SocketIO.Tests.Wire;

/// <summary>Waits for what another thread is about to do.</summary>
internal static class Eventually
{
    /// <summary>Only a test that fails waits so long; a machine that does other things besides must not make it fail.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static Task IsTrueAsync(Func<bool> condition) => IsTrueAsync(() => Task.FromResult(condition()));

    public static async Task IsTrueAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var turns = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        while (!await condition())
        {
            await turns.WaitForNextTickAsync(patience.Token);
        }
    }

    /// <summary>Gives it a minute, for a test must end.</summary>
    public static Task SoonAsync(this Task task) => task.WaitAsync(Patience);

    /// <inheritdoc cref="SoonAsync(Task)"/>
    public static Task<T> SoonAsync<T>(this Task<T> task) => task.WaitAsync(Patience);

    public static Task<string> TextAsync(this HttpResponseMessage response) => response.Content.ReadAsStringAsync();
}
