using Ecodrix.Server.Configuration;
using Ecodrix.SocketIO.Redis;
using StackExchange.Redis;

namespace Ecodrix.Server.Instances.Sharing;

/// <summary>The Redis of <c>ECODRIX_REDIS</c> for what instances share beside their database. Nothing waits long for it, and nothing depends on it.</summary>
/// <remarks>It holds no durable thing. While it does not answer it is left alone for a second at a time, and whoever asks does without.</remarks>
internal sealed partial class SharedRedis(Settings settings, TimeProvider clock, ILogger<SharedRedis> logger) : IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan LeftAlone = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan Goodbye = TimeSpan.FromSeconds(2);

    private readonly List<(string Channel, Action<string> Heard)> listeners = [];

    private readonly CancellationTokenSource ending = new();

    private Task<ConnectionMultiplexer>? connecting;

    private Task listening = Task.CompletedTask;

    private long deafSince;

    private bool isDeaf;

    public bool IsNamed => settings.Redis is not null;

    /// <summary>To be called before the start.</summary>
    /// <param name="heard">Given the message; it must not throw.</param>
    public void Listen(string channel, Action<string> heard) => listeners.Add((channel, heard));

    /// <summary>The start does not wait for it.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (settings.Redis is { } named && RedisAddress.TryParse(named, out var configuration))
        {
            connecting = ConnectAsync(configuration);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <returns>Null when there is no Redis, or it does not answer in time.</returns>
    public async ValueTask<TResult?> AskAsync<TResult>(Func<IDatabase, Task<TResult>> ask, CancellationToken cancellationToken)
        where TResult : class
    {
        if (connecting is not { IsCompletedSuccessfully: true, Result: { IsConnected: true } redis } || (isDeaf && clock.GetElapsedTime(deafSince) < LeftAlone))
        {
            return null;
        }

        try
        {
            var answer = await ask(redis.GetDatabase()).WaitAsync(Patience, TimeProvider.System, cancellationToken);
            isDeaf = false;
            return answer;
        }
        catch (Exception away) when (away is RedisException or TimeoutException or ObjectDisposedException)
        {
            if (!isDeaf)
            {
                LogDeaf(away);
            }

            (deafSince, isDeaf) = (clock.GetTimestamp(), true);
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        if (connecting is not { } begun)
        {
            return;
        }

        try
        {
            await listening.WaitAsync(Goodbye, TimeProvider.System);
            var redis = await begun.WaitAsync(Goodbye, TimeProvider.System);
            await redis.CloseAsync().WaitAsync(Goodbye, TimeProvider.System);
        }
        catch (Exception away) when (away is RedisException or TimeoutException)
        {
            // It ends with the process.
        }
    }

    private async Task<ConnectionMultiplexer> ConnectAsync(ConfigurationOptions configuration)
    {
        var redis = await ConnectionMultiplexer.ConnectAsync(configuration);
        listening = Task.WhenAll(listeners.Select(one => ListenAsync(redis, one.Channel, one.Heard)));
        return redis;
    }

    // The connection that listens comes a little after the other one. Once it stands it comes back by itself.
    private async Task ListenAsync(ConnectionMultiplexer redis, string channel, Action<string> heard)
    {
        using var turns = new PeriodicTimer(Turn);
        while (!ending.IsCancellationRequested)
        {
            try
            {
                await redis.GetSubscriber().SubscribeAsync(RedisChannel.Literal(channel), (_, message) => heard(message.ToString()));
                return;
            }
            catch (Exception away) when (away is RedisException or TimeoutException or ObjectDisposedException)
            {
                await turns.WaitForNextTickAsync(CancellationToken.None); // The end is looked at each time round.
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Redis does not answer: limits are shared by the number of instances, and instances wake each other directly, until it does.")]
    private partial void LogDeaf(Exception failure);
}
