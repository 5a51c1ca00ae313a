using Ecodrix.SocketIO.WebSockets;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;

namespace Ecodrix.SocketIO.EngineIO;

/// <summary>Every request of one path: checks it in the protocol's order and hands it to what it is for.</summary>
internal sealed class EngineEndpoint(EngineServer server, string path)
{
    public async Task HandleAsync(HttpContext context)
    {
        if (server.Options.AddTrailingSlash && context.Request.Path.Equals(path, StringComparison.OrdinalIgnoreCase))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (CorsHeaders.Apply(server.Options.Cors, context))
        {
            return;
        }

        context.Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();
        var isUpgrade = WebSocketUpgrade.IsWanted(context);
        var refusal = await CheckAsync(context, isUpgrade, out var connection);
        if (refusal is not null)
        {
            await EngineAnswers.RefuseAsync(context, refusal, isUpgrade);
        }
        else if (isUpgrade)
        {
            await WebSocketAsync(context, connection);
        }
        else if (connection?.Transport is PollingTransport transport)
        {
            await PollingRequests.HandleAsync(context, server, connection, transport);
        }
        else
        {
            await PollingRequests.HandshakeAsync(context, server);
        }
    }

    /// <returns>Null when the request may go on.</returns>
    private ValueTask<EngineError?> CheckAsync(HttpContext context, bool isUpgrade, out EngineConnection? connection)
    {
        var query = context.Request.Query;
        var transport = query["transport"].ToString();
        connection = null;
        if (!IsOffered(transport))
        {
            return ValueTask.FromResult<EngineError?>(EngineError.UnknownTransport);
        }

        if (!IsLegal(context.Request.Headers.Origin.ToString()))
        {
            return ValueTask.FromResult<EngineError?>(EngineError.BadRequest);
        }

        if (query["sid"].ToString() is not { Length: > 0 } id)
        {
            return CheckHandshakeAsync(context, transport, isUpgrade);
        }

        connection = server.Find(id);
        return ValueTask.FromResult(CheckKnown(connection, transport, isUpgrade, query["EIO"].ToString()));
    }

    private static EngineError? CheckKnown(EngineConnection? connection, string transport, bool isUpgrade, string version)
    {
        if (connection is null)
        {
            return EngineError.UnknownSession;
        }

        var fits = isUpgrade ? transport is "websocket" : transport is "polling" && connection.Transport is PollingTransport;
        return fits && version is "4" ? null : EngineError.BadRequest;
    }

    private async ValueTask<EngineError?> CheckHandshakeAsync(HttpContext context, string transport, bool isUpgrade)
    {
        if (!isUpgrade && !HttpMethods.IsGet(context.Request.Method))
        {
            return EngineError.BadHandshakeMethod;
        }

        if (transport is "websocket" != isUpgrade)
        {
            return EngineError.BadRequest;
        }

        if (server.Options.AllowRequest is { } allow && await allow(context) is { } words)
        {
            return EngineError.Forbidden(words);
        }

        return context.Request.Query["EIO"].ToString() is "4" ? null : EngineError.UnsupportedVersion;
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
