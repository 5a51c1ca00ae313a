using System.Collections.Concurrent;
using System.Threading.Channels;
using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Instances.Sharing;

namespace Ecodrix.Server.Instances;

/// <summary>Wakes the other instances that work: through Redis where it is and all of them listen there, else by a call to each. Whatever is asked while a round of calls is under way is one more round, and there are at most twenty a second.</summary>
/// <remarks>A wake that gets lost costs at most the second until the next poll, so nothing is repeated and one that does not answer is left alone for a while.</remarks>
internal sealed class OtherInstances(InstanceList instances, RedisWakes redis, WakeSignature signature, WakeTransport transport, TimeProvider clock) : BackgroundService, IOtherProcesses
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan LeftAlone = TimeSpan.FromSeconds(10);

    private readonly Channel<bool> asked = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly ConcurrentDictionary<string, DateTimeOffset> deaf = new(StringComparer.Ordinal);

    /// <summary>Returns at once.</summary>
    public void Wake()
    {
        if (!instances.IsAlone)
        {
            asked.Writer.TryWrite(true);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await asked.Reader.WaitToReadAsync(stoppingToken))
            {
                asked.Reader.TryRead(out _);
                await CallAllAsync(stoppingToken);
                await Task.Delay(Between, clock, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What nobody was told of is found by the poll.
        }
    }

    private async Task CallAllAsync(CancellationToken cancellationToken)
    {
        var workers = instances.Others.Where(other => other.Works).ToList();
        if (await redis.TryTellAsync(cancellationToken) >= workers.Count)
        {
            return;
        }

        var now = clock.GetUtcNow();
        await Task.WhenAll(workers
            .Where(other => other.Url is not null && !(deaf.TryGetValue(other.Id, out var until) && until > now))
            .Select(other => CallAsync(other, cancellationToken)));
    }

    private async Task CallAsync(Instance other, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(other.Url!, ReceiveWake.Path));
        request.Headers.TryAddWithoutValidation(WakeSignature.Header, signature.Sign());
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var response = await transport.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            InstanceTelemetry.Called(response.IsSuccessStatusCode);
            if (response.IsSuccessStatusCode)
            {
                deaf.TryRemove(other.Id, out _);
                return;
            }
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            InstanceTelemetry.Called(answered: false);
        }

        deaf[other.Id] = clock.GetUtcNow() + LeftAlone;
    }
}

/// <summary>How instances call each other: within one's own network, so neither through a proxy nor after a redirect.</summary>
internal sealed class WakeTransport(HttpMessageHandler? handler = null) : IDisposable
{
    public HttpClient Http { get; } = new(handler ?? new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) });

    public void Dispose() => Http.Dispose();
}
