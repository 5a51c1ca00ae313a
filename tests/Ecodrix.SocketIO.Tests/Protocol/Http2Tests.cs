using System.Net;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ecodrix.SocketIO.Tests.Protocol;

/// <summary>WebSockets over HTTP/2 (RFC 8441): browsers use it where a page's connection is one already.</summary>
public sealed class Http2Tests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_socket_over_HTTP_2_joins_speaks_both_ways_and_closes()
    {
        await using var app = await StartAsync();
        using var handler = new SocketsHttpHandler();
        using var invoker = new HttpMessageInvoker(handler);
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = HttpVersion.Version20;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        var address = new UriBuilder(app.Urls.Single()) { Scheme = "ws", Path = "/socket.io/", Query = "EIO=4&transport=websocket" }.Uri;

        await socket.ConnectAsync(address, invoker, Cancelled);

        socket.HttpStatusCode.ShouldBe((HttpStatusCode)0);
        (await TextAsync(socket)).ShouldStartWith("0{");
        await SendAsync(socket, "40");
        (await TextAsync(socket)).ShouldStartWith("40{");
        await SendAsync(socket, """421["say","hello"]""");
        (await TextAsync(socket)).ShouldBe("""431["hello"]""");
        await app.Services.GetRequiredService<ISocketServer>().EmitAsync("news", new string('x', 50_000));
        (await TextAsync(socket)).Length.ShouldBe("""42["news",""]""".Length + 50_000);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Cancelled);
        socket.State.ShouldBe(WebSocketState.Closed);
    }

    [Fact]
    public async Task Many_sockets_share_one_HTTP_2_connection_and_one_that_ends_ends_no_other()
    {
        await using var app = await StartAsync();
        using var handler = new SocketsHttpHandler();
        using var invoker = new HttpMessageInvoker(handler);
        var sockets = new List<ClientWebSocket>();
        for (var number = 0; number < 20; number++)
        {
            var socket = new ClientWebSocket();
            socket.Options.HttpVersion = HttpVersion.Version20;
            socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
            await socket.ConnectAsync(new UriBuilder(app.Urls.Single()) { Scheme = "ws", Path = "/socket.io/", Query = "EIO=4&transport=websocket" }.Uri, invoker, Cancelled);
            await TextAsync(socket);
            await SendAsync(socket, "40");
            await TextAsync(socket);
            sockets.Add(socket);
        }

        sockets[0].Abort();
        await Wire.Eventually.IsTrueAsync(() => app.Services.GetRequiredService<ISocketServer>().Of("/").Sockets.Count == 19);
        await app.Services.GetRequiredService<ISocketServer>().EmitAsync("news");

        foreach (var socket in sockets[1..])
        {
            (await TextAsync(socket)).ShouldBe("""42["news"]""");
        }

        sockets.ForEach(socket => socket.Dispose());
    }

    private static async Task<WebApplication> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddSocketIO().AddNamespace<EchoHub>();
        var app = builder.Build();
        app.MapSocketIO();
        await app.StartAsync(Cancelled);
        return app;
    }

    private static Task SendAsync(ClientWebSocket socket, string text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, Cancelled);

    private static async Task<string> TextAsync(ClientWebSocket socket)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        patience.CancelAfter(Wire.Eventually.Patience);
        var buffer = new byte[64 * 1024];
        var length = 0;
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(length), patience.Token);
            length += received.Count;
            if (received.EndOfMessage)
            {
                received.MessageType.ShouldBe(WebSocketMessageType.Text);
                return Encoding.UTF8.GetString(buffer, 0, length);
            }
        }
    }

    private sealed class EchoHub : SocketHub
    {
        public EchoHub() => On("say", received =>
        {
            received.Answer([.. received.Arguments]);
            return Task.CompletedTask;
        });
    }
}
