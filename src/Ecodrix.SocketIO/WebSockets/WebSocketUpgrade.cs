using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Ecodrix.SocketIO.WebSockets;

/// <summary>The way from an HTTP request to a stream of WebSocket frames (RFC 6455, 4.2; over HTTP/2 RFC 8441).</summary>
internal static class WebSocketUpgrade
{
    private const string AcceptSuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    /// <returns>True when the client wants a WebSocket, well-formed or not.</returns>
    public static bool IsWanted(HttpContext context) =>
        IsExtendedConnect(context)
        || (HttpMethods.IsGet(context.Request.Method) && context.Request.Headers.Upgrade.ToString().Equals("websocket", StringComparison.OrdinalIgnoreCase));

    /// <returns>False when the request cannot become a WebSocket: no key, another version, or a server without the feature.</returns>
    public static bool IsPossible(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (headers.SecWebSocketVersion.ToString() is not "13")
        {
            return false;
        }

        return IsExtendedConnect(context)
            || (context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } && IsKey(headers.SecWebSocketKey.ToString()));
    }

    /// <summary>Answers 101 (or 200 over HTTP/2) and hands out the raw stream.</summary>
    public static async Task<Stream> AcceptAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect)
        {
            return await connect.AcceptAsync();
        }

        var headers = context.Response.Headers;
        headers.Connection = HeaderNames.Upgrade;
        headers.Upgrade = "websocket";
        headers.SecWebSocketAccept = Accept(context.Request.Headers.SecWebSocketKey.ToString());
        return await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
    }

    private static bool IsExtendedConnect(HttpContext context) =>
        context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true, Protocol: "websocket" };

    private static bool IsKey(string key)
    {
        Span<byte> nonce = stackalloc byte[18];
        return key.Length is 24 && Convert.TryFromBase64String(key, nonce, out var length) && length is 16;
    }

    private static string Accept(string key)
    {
#pragma warning disable CA5350 // The protocol's own constant proof, not a secret.
        var hash = SHA1.HashData(Encoding.ASCII.GetBytes(key + AcceptSuffix));
#pragma warning restore CA5350
        return Convert.ToBase64String(hash);
    }
}
