namespace Ecodrix.SocketIO.Tests.Wire;

/// <summary>Waits for what another thread is about to do.</summary>
internal static class Eventually
{
    public static async Task IsTrueAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        using var turns = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        while (!condition())
        {
            await turns.WaitForNextTickAsync(patience.Token);
        }
    }

    /// <summary>Gives it some seconds, for a test must end.</summary>
    public static Task SoonAsync(this Task task) => task.WaitAsync(TimeSpan.FromSeconds(10));

    /// <inheritdoc cref="SoonAsync(Task)"/>
    public static Task<T> SoonAsync<T>(this Task<T> task) => task.WaitAsync(TimeSpan.FromSeconds(10));

    public static Task<string> TextAsync(this HttpResponseMessage response) => response.Content.ReadAsStringAsync();
}
