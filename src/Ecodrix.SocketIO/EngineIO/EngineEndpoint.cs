using Ecodrix.SocketIO.WebSockets;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;

namespace Ecodrix.SocketIO.EngineIO;

/// <summary>Every request of one path: checks it in the protocol's order and hands it to what it is for.</summary>
internal sealed class EngineEndpoint(EngineServer server, string path)
{
    /// <summary>No async method where nothing has to be waited for: its state would live as long as a WebSocket does.</summary>
    public Task HandleAsync(HttpContext context)
    {
        if (server.Options.AddTrailingSlash && context.Request.Path.Equals(path, StringComparison.OrdinalIgnoreCase))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        if (CorsHeaders.Apply(server.Options.Cors, context))
        {
            return Task.CompletedTask;
        }

        context.Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();
        var isUpgrade = WebSocketUpgrade.IsWanted(context);
        var query = EngineQuery.Of(context.Request.QueryString);
        var refusal = CheckAsync(context, query, isUpgrade, out var connection);
        return refusal.IsCompletedSuccessfully
            ? GoOnAsync(context, refusal.Result, isUpgrade, connection)
            : WaitAsync(context, refusal.AsTask(), isUpgrade);
    }

    /// <summary>Only a handshake waits for the hook: there is no connection yet.</summary>
    private async Task WaitAsync(HttpContext context, Task<EngineError?> refusal, bool isUpgrade) =>
        await GoOnAsync(context, await refusal, isUpgrade, null);

    private Task GoOnAsync(HttpContext context, EngineError? refusal, bool isUpgrade, EngineConnection? connection)
    {
        if (refusal is not null)
        {
            return EngineAnswers.RefuseAsync(context, refusal, isUpgrade);
        }

        if (isUpgrade)
        {
            return WebSocketAsync(context, connection);
        }

        return connection?.Transport is PollingTransport transport
            ? PollingRequests.HandleAsync(context, server, connection, transport)
            : PollingRequests.HandshakeAsync(context, server);
    }

    /// <returns>Null when the request may go on.</returns>
    private ValueTask<EngineError?> CheckAsync(HttpContext context, EngineQuery query, bool isUpgrade, out EngineConnection? connection)
    {
        connection = null;
        if (!IsOffered(query.Transport))
        {
            return ValueTask.FromResult<EngineError?>(EngineError.UnknownTransport);
        }

        if (!IsLegal(context.Request.Headers.Origin.ToString()))
        {
            return ValueTask.FromResult<EngineError?>(EngineError.BadRequest);
        }

        if (query.Id.Length is 0)
        {
            return CheckHandshakeAsync(context, query, isUpgrade);
        }

        connection = server.Find(query.Id);
        return ValueTask.FromResult(CheckKnown(connection, query, isUpgrade));
    }

    private static EngineError? CheckKnown(EngineConnection? connection, EngineQuery query, bool isUpgrade)
    {
        if (connection is null)
        {
            return EngineError.UnknownSession;
        }

        var fits = isUpgrade ? query.Transport is "websocket" : query.Transport is "polling" && connection.Transport is PollingTransport;
        return fits && query.Version is "4" ? null : EngineError.BadRequest;
    }

    private async ValueTask<EngineError?> CheckHandshakeAsync(HttpContext context, EngineQuery query, bool isUpgrade)
    {
        if (!isUpgrade && !HttpMethods.IsGet(context.Request.Method))
        {
            return EngineError.BadHandshakeMethod;
        }

        if (query.Transport is "websocket" != isUpgrade)
        {
            return EngineError.BadRequest;
        }

        if (server.Options.AllowRequest is { } allow && await allow(context) is { } words)
        {
            return EngineError.Forbidden(words);
        }

        return query.Version is "4" ? null : EngineError.UnsupportedVersion;
    }

    private bool IsOffered(string transport) => transport switch
    {
        "polling" => server.Options.Transports.HasFlag(SocketTransports.Polling),
        "websocket" => server.Options.Transports.HasFlag(SocketTransports.WebSocket),
        _ => false,
    };

    /// <summary>What may stand in a header: no control character but the tab, and nothing above one byte.</summary>
    private static bool IsLegal(string header) => !header.AsSpan().ContainsAnyExcept(LegalHeader);

    private static readonly System.Buffers.SearchValues<char> LegalHeader = System.Buffers.SearchValues.Create(
        [.. Enumerable.Range(0, 256).Where(code => code is '\t' or (>= 32 and not 127)).Select(code => (char)code)]);

    private async Task WebSocketAsync(HttpContext context, EngineConnection? connection)
    {
        if (!WebSocketUpgrade.IsPossible(context))
        {
            await EngineAnswers.RefuseAsync(context, EngineError.BadRequest, isUpgrade: true);
            return;
        }

        var stream = await WebSocketUpgrade.AcceptAsync(context);
        var transport = connection is null
            ? server.OpenWebSocket(context, stream)
            : new WebSocketTransport(connection, server, context, stream);
        if (connection is not null && !transport.TryBeginTrial())
        {
            // Closed as soon as it is open: it has a WebSocket, or one on trial.
            await stream.WriteAsync(FrameHeader.Close(CloseCode.Normal), context.RequestAborted);
            return;
        }

        await transport.RunAsync();
    }
}
