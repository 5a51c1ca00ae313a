using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Ecodrix.SocketIO.Redis;

/// <summary>
/// Listens for one namespace and hands over what comes, one message after another. Listening is taken up again whenever Redis comes back.
/// </summary>
/// <param name="take">Called with the channel and the message. What it throws is logged.</param>
/// <param name="mostUnread">How many messages may wait; more are dropped unread.</param>
internal sealed partial class RedisSubscription(
    RedisLink link, RedisChannels channels, Action<string, ReadOnlyMemory<byte>> take, int mostUnread, TimeProvider clock, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private Task _trying = Task.CompletedTask;
    private Task _reading = Task.CompletedTask;
    private bool _isDisposed;

    private RedisChannel All => RedisChannel.Pattern(channels.Pattern);

    private RedisChannel Counted => RedisChannel.Literal(channels.Requests);

    /// <returns>Done after the first attempt, or when it takes too long. While Redis is away others follow.</returns>
    public async Task StartAsync()
    {
        var first = TryAsync();
        _trying = TryAgainAsync(first);
        await Task.WhenAny(first, link.Patience);
    }

    /// <summary>Stops listening. May be called again.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
        {
            return;
        }

        await _stop.CancelAsync();
        await _trying;
        await _reading;
        _stop.Dispose();
    }

    private async Task TryAgainAsync(Task<bool> first)
    {
        using var turns = new PeriodicTimer(Retry, clock);
        try
        {
            for (var isListening = await first; !isListening; isListening = await TryAsync())
            {
                await turns.WaitForNextTickAsync(_stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task<bool> TryAsync()
    {
        if (await link.OpenAsync() is not { } subscriber || !link.IsUp)
        {
            return false;
        }

        try
        {
            // First the ear, then the count: who is counted answers.
            var messages = await subscriber.SubscribeAsync(All);
            await subscriber.SubscribeAsync(Counted, static (_, _) => { });
            _reading = ReadAsync(messages, subscriber);
            return true;
        }
        catch (Exception away) when (RedisLink.IsAway(away))
        {
            await ForgetAsync(subscriber);
            return false;
        }
    }

    private async Task ReadAsync(ChannelMessageQueue messages, ISubscriber subscriber)
    {
        try
        {
            await foreach (var message in messages.WithCancellation(_stop.Token))
            {
                if (messages.TryGetCount(out var unread) && unread > mostUnread)
                {
                    link.Figures.CountUnread();
                    continue;
                }

                Take(message);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The host stops.
        }

        await ForgetAsync(subscriber);
    }

    private void Take(ChannelMessage message)
    {
        try
        {
            take(message.Channel.ToString(), (ReadOnlyMemory<byte>)message.Message);
        }
        catch (Exception bug)
        {
            LogThrew(bug);
        }
    }

    /// <summary>No longer listens. A queue that nobody reads must not fill.</summary>
    private async Task ForgetAsync(ISubscriber subscriber)
    {
        foreach (var channel in (RedisChannel[])[Counted, All])
        {
            try
            {
                await subscriber.UnsubscribeAsync(channel, flags: CommandFlags.FireAndForget);
            }
            catch (Exception away) when (RedisLink.IsAway(away))
            {
                // It is forgotten on this side, and on the other with the connection.
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "A message of another node could not be taken.")]
    private partial void LogThrew(Exception failure);
}
