using System.Net;
using System.Net.Sockets;

namespace Ecodrix.Channels.Guarding;

/// <summary>HTTP over the guarded connector: no redirects, no proxy, no cookies, a bounded answer, a time-out over everything.</summary>
public sealed class GuardedHttp : IDisposable
{
    private readonly HttpMessageInvoker _invoker;
    private readonly TimeProvider _clock;

    public GuardedHttp(GuardedConnector connector, TimeProvider clock)
    {
        _invoker = new HttpMessageInvoker(connector.CreateHandler());
        _clock = clock;
    }

    public void Dispose() => _invoker.Dispose();

    /// <summary>Sends a request without a body: repeating it is harmless, so whether it was written is not asked.</summary>
    public Task<Exchange> GetAsync(Uri url, Action<HttpRequestMessage> prepare, ExchangeLimits limits, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, url, content: null, prepare, limits, cancellationToken);

    /// <summary>Posts <paramref name="body"/>. Never throws for what the network does.</summary>
    public Task<Exchange> PostAsync(
        Uri url, TypedBody body, Action<HttpRequestMessage> prepare, ExchangeLimits limits, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, url, new WrittenContent(body.Bytes, body.MediaType), prepare, limits, cancellationToken);

    private async Task<Exchange> SendAsync(
        HttpMethod method, Uri url, WrittenContent? content, Action<HttpRequestMessage> prepare, ExchangeLimits limits, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, url) { Content = content, Version = HttpVersion.Version11 };
        prepare(request);

        using var timeout = new CancellationTokenSource(limits.Timeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);

        try
        {
            // The invoker hands over the answer as soon as its headers are read.
            using var response = await _invoker.SendAsync(request, either.Token);
            var (body, problem) = await ReadBodyAsync(response, limits.MaxAnswerBytes, either.Token);
            return new Exchange.Answered(response.StatusCode, response.Headers, body, problem);
        }
        catch (OperationCanceledException)
        {
            var stopped = cancellationToken.IsCancellationRequested;
            var why = stopped ? "stopped while waiting" : $"no answer within {limits.Timeout.TotalSeconds:0.###} s";
            return content?.WasWritten ?? true
                ? new Exchange.Unanswered(why)
                : new Exchange.NotSent($"{why}; the request had not been written") { Stopped = stopped };
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or SocketException)
        {
            return content?.WasWritten ?? true ? Unanswered(failure) : NotSent(failure);
        }
    }

    private static async Task<(byte[] Body, string? Problem)> ReadBodyAsync(HttpResponseMessage response, int maxBytes, CancellationToken cancellationToken)
    {
        var buffer = new MemoryStream();
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            var chunk = new byte[Math.Min(16 * 1024, maxBytes + 1)];
            int read;
            while ((read = await stream.ReadAsync(chunk, cancellationToken)) > 0)
            {
                var room = maxBytes - (int)buffer.Length;
                buffer.Write(chunk, 0, Math.Min(read, room));
                if (read > room)
                {
                    return (buffer.ToArray(), $"the answer is longer than {maxBytes} bytes");
                }
            }

            return (buffer.ToArray(), null);
        }
        catch (OperationCanceledException)
        {
            return (buffer.ToArray(), "the answer did not end in time");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or SocketException)
        {
            return (buffer.ToArray(), "the connection was lost while the answer was read");
        }
    }

    private static Exchange.Unanswered Unanswered(Exception failure) => new($"the connection was lost after the request was written ({Reason(failure)})");

    private static Exchange.NotSent NotSent(Exception failure) =>
        Inner<AddressRefusedException>(failure) is { } refused
            ? new Exchange.NotSent(refused.Message) { AddressRefused = true }
            : new Exchange.NotSent($"could not connect ({Reason(failure)})");

    /// <summary>The kind of failure, without the host or address that system messages like to repeat.</summary>
    private static string Reason(Exception failure)
    {
        if (Inner<AddressRefusedException>(failure) is { } refused)
        {
            return refused.Message;
        }

        if (Inner<SocketException>(failure) is { } socket)
        {
            return socket.SocketErrorCode.ToString();
        }

        return failure is HttpRequestException { HttpRequestError: not HttpRequestError.Unknown } http
            ? http.HttpRequestError.ToString()
            : failure.GetType().Name;
    }

    private static T? Inner<T>(Exception? failure)
        where T : Exception
    {
        for (var current = failure; current is not null; current = current.InnerException)
        {
            if (current is T found)
            {
                return found;
            }
        }

        return null;
    }
}

/// <summary>How long an exchange may take in all, and how much of the answer is read.</summary>
public sealed record ExchangeLimits(TimeSpan Timeout, int MaxAnswerBytes);

/// <summary>A request's body and what it is.</summary>
public sealed record TypedBody(ReadOnlyMemory<byte> Bytes, string MediaType)
{
    public static TypedBody Json(ReadOnlyMemory<byte> bytes) => new(bytes, "application/json");

    public static TypedBody Form(ReadOnlyMemory<byte> bytes) => new(bytes, "application/x-www-form-urlencoded");
}
