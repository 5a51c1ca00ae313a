using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Ecodrix.SocketIO.ConformanceHost;

/// <summary>
/// Goes once through every kind of request before the host says that it listens: the suites' time limits are tight, and the first request of
/// a .NET program is slow.
/// </summary>
internal static class WarmUp
{
    public static async Task RunAsync(int port)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://localhost:{port}") };
        foreach (var path in (string[])["/engine.io/", "/socket.io/"])
        {
            var session = $"{path}?EIO=4&transport=polling";
            var sid = JsonNode.Parse((await http.GetStringAsync(new Uri(session, UriKind.Relative)))[1..])!["sid"]!.GetValue<string>();
            session += $"&sid={sid}";
            await PostAsync(http, session, path is "/engine.io/" ? "4warm" : "40");
            await http.GetStringAsync(new Uri(session, UriKind.Relative));
            await PostAsync(http, session, "1");
            await WebSocketAsync(port, path);
        }
    }

    private static async Task PostAsync(HttpClient http, string session, string body)
    {
        using var content = new StringContent(body);
        using var response = await http.PostAsync(new Uri(session, UriKind.Relative), content);
        response.EnsureSuccessStatusCode();
    }

    private static async Task WebSocketAsync(int port, string path)
    {
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://localhost:{port}{path}?EIO=4&transport=websocket"), CancellationToken.None);
        var buffer = new byte[1024];
        await socket.ReceiveAsync(buffer, CancellationToken.None);
        foreach (var message in (string[])["40", "42[\"message\",{\"a\":[1]}]"])
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
            await socket.ReceiveAsync(buffer, CancellationToken.None);
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
    }
}
