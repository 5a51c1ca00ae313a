using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Ecodrix.SocketIO.Tests.Wire;

/// <summary>A long-polling client, request by request.</summary>
internal sealed class PollingClient(LoopbackServer server, string id)
{
    public string Id => id;

    public string Url => $"/socket.io/?EIO=4&transport=polling&sid={id}";

    public static async Task<PollingClient> OpenAsync(LoopbackServer server)
    {
        var open = await server.Http.GetStringAsync(new Uri("/socket.io/?EIO=4&transport=polling", UriKind.Relative));
        return new PollingClient(server, JsonNode.Parse(open[1..])!["sid"]!.GetValue<string>());
    }

    public static async Task<PollingClient> JoinAsync(LoopbackServer server)
    {
        var client = await OpenAsync(server);
        await client.SendAsync("40");
        (await client.PollAsync()).ShouldStartWith("40{");
        return client;
    }

    public async Task<string> PollAsync()
    {
        using var response = await GetAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await response.Content.ReadAsStringAsync();
    }

    /// <summary>Posts and expects to be told <c>ok</c>.</summary>
    public async Task SendAsync(params string[] packets)
    {
        using var response = await PostAsync(string.Join('\u001e', packets));
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await response.Content.ReadAsStringAsync()).ShouldBe("ok");
    }

    public Task<HttpResponseMessage> GetAsync() => server.Http.GetAsync(new Uri(Url, UriKind.Relative));

    public async Task<HttpResponseMessage> PostAsync(string body, string type = "text/plain")
    {
        using var content = new StringContent(body, Encoding.UTF8, type);
        return await server.Http.PostAsync(new Uri(Url, UriKind.Relative), content);
    }

    /// <summary>The session is gone: its id is unknown.</summary>
    public async Task ShouldBeGoneAsync()
    {
        using var response = await GetAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync()).ShouldBe("""{"code":1,"message":"Session ID unknown"}""");
    }

    /// <summary>Waits until the server holds a GET of this client.</summary>
    public Task HeldAsync() => Eventually.IsTrueAsync(() => server.Engine.Find(id) is { Transport.IsWritable: true });
}
