using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Ecodrix.Loopback;

/// <summary>Takes callbacks on any path and keeps them as they came, byte for byte.</summary>
public sealed class CallbackReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<ReceivedCallback> _received = new();
    private readonly SemaphoreSlim _arrivals = new(0);
    private LoopbackHost _host = null!;

    private CallbackReceiver()
    {
    }

    /// <summary>What to do instead of answering 200; what was received is kept all the same.</summary>
    public Script Script { get; } = new();

    public Uri Url => new(_host.Url, "/callback");

    public IReadOnlyList<ReceivedCallback> Received => [.. _received];

    public static async Task<CallbackReceiver> StartAsync()
    {
        var receiver = new CallbackReceiver();
        receiver._host = await LoopbackHost.StartAsync(receiver.HandleAsync);
        return receiver;
    }

    /// <summary>Waits until one more callback has come.</summary>
    public Task ArrivalAsync(CancellationToken cancellationToken) => _arrivals.WaitAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _arrivals.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        _received.Enqueue(new ReceivedCallback(context.Request.Method, context.Request.Path + context.Request.QueryString, headers, body.ToArray()));
        _arrivals.Release();

        await (Script.TryNext(out var step) ? step(context) : context.Response.WriteAsync("ok", context.RequestAborted));
    }
}

/// <summary>A callback as it came.</summary>
public sealed record ReceivedCallback(string Method, string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public DateTimeOffset Timestamp => DateTimeOffset.FromUnixTimeSeconds(long.Parse(Headers["webhook-timestamp"], CultureInfo.InvariantCulture));
}
