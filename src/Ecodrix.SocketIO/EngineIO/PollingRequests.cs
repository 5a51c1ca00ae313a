using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Ecodrix.SocketIO.EngineIO;

/// <summary>The requests of long-polling: the handshake, the held GET and the POST.</summary>
internal static class PollingRequests
{
    public static Task HandshakeAsync(HttpContext context, EngineServer server)
    {
        var connection = server.OpenPolling(context);
        if (server.Options.CookieName is { } name)
        {
            context.Response.Cookies.Append(name, connection.Id, new CookieOptions { Path = "/", HttpOnly = true, SameSite = SameSiteMode.Lax });
        }

        return GetAsync(context, server, connection, (PollingTransport)connection.Transport);
    }

    public static Task HandleAsync(HttpContext context, EngineServer server, EngineConnection connection, PollingTransport transport)
    {
        if (HttpMethods.IsGet(context.Request.Method))
        {
            return GetAsync(context, server, connection, transport);
        }

        if (HttpMethods.IsPost(context.Request.Method))
        {
            return PostAsync(context, server, connection, transport);
        }

        EngineAnswers.Status(context, StatusCodes.Status500InternalServerError);
        return Task.CompletedTask;
    }

    private static async Task GetAsync(HttpContext context, EngineServer server, EngineConnection connection, PollingTransport transport)
    {
        switch (transport.BeginPoll(out var poll))
        {
            case PollStart.Overlap:
                connection.Close(CloseReasons.TransportError, CloseManner.AtOnce);
                EngineAnswers.Status(context, StatusCodes.Status400BadRequest);
                return;
            case PollStart.Unknown:
                await EngineAnswers.RefuseAsync(context, EngineError.UnknownSession, isUpgrade: false);
                return;
            case PollStart.Upgraded:
                await EngineAnswers.RefuseAsync(context, EngineError.BadRequest, isUpgrade: false);
                return;
        }

        await using var gone = context.RequestAborted.UnsafeRegister(_ => transport.Abandon(poll), null);
        try
        {
            var messages = await poll.Task;
            if (messages.Count is 0)
            {
                await EngineAnswers.RefuseAsync(context, EngineError.BadRequest, isUpgrade: false);
                return;
            }

            await EngineAnswers.PayloadAsync(context, server, messages);
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException)
        {
            // The client went away; what it was to get is lost with its connection.
            connection.Close(CloseReasons.TransportError, CloseManner.AtOnce);
        }
    }

    private static async Task PostAsync(HttpContext context, EngineServer server, EngineConnection connection, PollingTransport transport)
    {
        if (!connection.IsOpen)
        {
            await EngineAnswers.RefuseAsync(context, EngineError.UnknownSession, isUpgrade: false);
            return;
        }

        var isOverlap = !transport.TryBeginPost();
        if (isOverlap || context.Request.ContentType?.StartsWith("application/octet-stream", StringComparison.OrdinalIgnoreCase) is true)
        {
            connection.Close(CloseReasons.TransportError, CloseManner.AtOnce);
            EngineAnswers.Status(context, StatusCodes.Status400BadRequest);
            return;
        }

        try
        {
            await TakeAsync(context, server, connection, transport);
        }
        finally
        {
            transport.EndPost();
        }
    }

    private static async Task TakeAsync(HttpContext context, EngineServer server, EngineConnection connection, PollingTransport transport)
    {
        ArraySegment<byte> body;
        try
        {
            body = await ReadAsync(context, server.Options.MaxHttpBufferSize);
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException)
        {
            connection.Close(CloseReasons.TransportError, CloseManner.AtOnce);
            return;
        }

        if (body.Array is null)
        {
            EngineAnswers.Status(context, StatusCodes.Status413PayloadTooLarge);
            return;
        }

        var packets = Utf8.IsValid(body) ? EnginePacketCodec.DecodePayload(Encoding.UTF8.GetString(body)) : null;
        ArrayPool<byte>.Shared.Return(body.Array);
        if (packets is null)
        {
            connection.Close(CloseReasons.ParseError, CloseManner.AtOnce);
            await EngineAnswers.RefuseAsync(context, EngineError.BadRequest, isUpgrade: false);
            return;
        }

        foreach (var packet in packets)
        {
            if (packet.Type is EnginePacketType.Close)
            {
                await transport.AwaitPollAsync(context.RequestAborted);
            }

            await connection.ReceiveAsync(packet);
        }

        await EngineAnswers.OkAsync(context);
    }

    /// <summary>Reads a body into a buffer of the pool that grows with what comes, not with what a header says.</summary>
    /// <returns>No array when the body is larger than allowed.</returns>
    private static async Task<ArraySegment<byte>> ReadAsync(HttpContext context, int most)
    {
        if (context.Request.ContentLength > most)
        {
            return default;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null; // Counted here.
        }

        var buffer = ArrayPool<byte>.Shared.Rent(4096);
        var length = 0;
        while (true)
        {
            var read = await context.Request.Body.ReadAsync(buffer.AsMemory(length), context.RequestAborted);
            length += read;
            if (read is 0 || length > most)
            {
                break;
            }

            if (length == buffer.Length)
            {
                var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                buffer.AsSpan(0, length).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = larger;
            }
        }

        if (length <= most)
        {
            return new ArraySegment<byte>(buffer, 0, length);
        }

        ArrayPool<byte>.Shared.Return(buffer);
        return default;
    }
}
