using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Ecodrix.SocketIO.Redis;

/// <summary>
/// This node's connection to Redis. It comes back by itself; nothing here throws because Redis is away, and what cannot be sent is
/// dropped and counted.
/// </summary>
internal sealed partial class RedisLink(IOptions<RedisAdapterOptions> options, RedisFigures figures, ILogger<RedisLink> logger) : IAsyncDisposable
{
    private const int Overhead = 200;
    private const int MostTurns = 500;

    private static readonly TimeSpan MostPatience = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan Goodbye = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(10);

    private readonly Lazy<Task> _patience = new(() => Task.Delay(MostPatience, TimeProvider.System));
    private readonly SemaphoreSlim _opening = new(1, 1);
    private readonly Lock _gate = new();
    private ConnectionMultiplexer? _redis;
    private ISubscriber? _subscriber;
    private bool? _wasUp;
    private bool _isClosed;
    private long _unsentBytes;
    private long _unsentBefore;

    public RedisFigures Figures => figures;

    /// <summary>Over when the host's start has waited long enough for Redis, all namespaces together.</summary>
    public Task Patience => _patience.Value;

    /// <summary>Both directions stand.</summary>
    public bool IsUp => _redis is { IsConnected: true } && _subscriber!.IsConnected();

    /// <returns>Null when not even the attempt could be made. Otherwise Redis may still be away.</returns>
    public async Task<ISubscriber?> OpenAsync()
    {
        await _opening.WaitAsync();
        try
        {
            if (_redis is null && !_isClosed && RedisAddress.TryParse(options.Value.ConnectionString, out var configuration))
            {
                var redis = await ConnectionMultiplexer.ConnectAsync(configuration);
                redis.ConnectionFailed += (_, _) => Look();
                redis.ConnectionRestored += (_, _) => Look();
                _subscriber = redis.GetSubscriber();
                _redis = redis;
                await ListeningAsync(redis);
            }
        }
        catch (RedisException away)
        {
            LogNoConnection(away);
        }
        finally
        {
            _opening.Release();
        }

        Look();
        return _isClosed ? null : _subscriber;
    }

    /// <summary>Hands a message to Redis without waiting for it. Messages of one thread arrive in their order.</summary>
    /// <returns>False when it was dropped at once.</returns>
    public bool Publish(string channel, byte[] message)
    {
        var size = message.Length + Overhead;
        var unsent = Interlocked.Add(ref _unsentBytes, size);
        if (_subscriber is not { } subscriber || (unsent > options.Value.MaxUnsentBytes && unsent > size))
        {
            return Drop(size);
        }

        try
        {
            _ = WatchAsync(subscriber.PublishAsync(RedisChannel.Literal(channel), message), size);
            return true;
        }
        catch (Exception away) when (IsAway(away))
        {
            return Drop(size);
        }
    }

    /// <returns>How many nodes listen to a channel, this one included; null when Redis cannot be asked or this node does not listen right now.</returns>
    public async Task<int?> CountAsync(string channel)
    {
        var listened = RedisChannel.Literal(channel);
        if (!IsUp || !_subscriber!.IsConnected(listened))
        {
            return null;
        }

        try
        {
            var primary = _redis!.GetServers().FirstOrDefault(server => server is { IsConnected: true, IsReplica: false });
            return primary is null ? null : (int)await primary.SubscriptionSubscriberCountAsync(listened);
        }
        catch (Exception away) when (IsAway(away))
        {
            return null;
        }
    }

    /// <summary>Whether an error means that Redis is away rather than that something is wrong here.</summary>
    public static bool IsAway(Exception failure) => failure is RedisException or TimeoutException or ObjectDisposedException or OperationCanceledException;

    /// <summary>Notices whether Redis went or came.</summary>
    public void Look()
    {
        bool isUp;
        lock (_gate)
        {
            isUp = IsUp;
            if (_isClosed || isUp == _wasUp)
            {
                return;
            }

            _wasUp = isUp;
        }

        if (isUp)
        {
            LogUp(figures.Unsent - Interlocked.Exchange(ref _unsentBefore, figures.Unsent));
        }
        else
        {
            figures.CountOutage();
            LogDown();
        }
    }

    /// <summary>Lets what was handed over leave, unless Redis takes too long.</summary>
    public async ValueTask DisposeAsync()
    {
        _isClosed = true;
        await _opening.WaitAsync();
        try
        {
            await (_redis?.CloseAsync() ?? Task.CompletedTask).WaitAsync(Goodbye);
        }
        catch (TimeoutException)
        {
            // It goes on closing by itself.
        }
        finally
        {
            // Whoever still wants to open it is told that it is closed.
            _opening.Release();
        }
    }

    /// <summary>The connection that listens comes a little after the other one.</summary>
    private async Task ListeningAsync(ConnectionMultiplexer redis)
    {
        using var turns = new PeriodicTimer(Turn);
        for (var left = MostTurns; left > 0 && redis.IsConnected && !IsUp; left--)
        {
            await turns.WaitForNextTickAsync();
        }
    }

    private async Task WatchAsync(Task<long> sent, int size)
    {
        try
        {
            await sent;
            Interlocked.Add(ref _unsentBytes, -size);
        }
        catch (Exception away) when (IsAway(away))
        {
            Drop(size);
        }
    }

    private bool Drop(int size)
    {
        Interlocked.Add(ref _unsentBytes, -size);
        figures.CountUnsent();
        Look();
        return false;
    }

    [LoggerMessage(LogLevel.Warning, "Redis could not be connected to.")]
    private partial void LogNoConnection(Exception failure);

    [LoggerMessage(LogLevel.Warning, "Redis is out of reach: sockets of other nodes get nothing until it is back.")]
    private partial void LogDown();

    [LoggerMessage(LogLevel.Information, "Redis is in reach; {Unsent} messages to other nodes were dropped before.")]
    private partial void LogUp(long unsent);
}
