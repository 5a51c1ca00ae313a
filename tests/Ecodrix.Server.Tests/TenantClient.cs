using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace Ecodrix.Server.Tests;

/// <summary>One client of the engine, speaking HTTP with its own key. Features add their intents as extension methods.</summary>
public sealed class TenantClient(ServerFixture server, string code, string liveKey, string testKey, string webhookSecret)
{
    public string Code => code;

    public string LiveKey => liveKey;

    public string TestKey => testKey;

    public string WebhookSecret => webhookSecret;

    public ServerFixture Server => server;

    /// <summary>With the live key, from an address of its own.</summary>
    public HttpClient Http { get; } = Keyed(server.CreateAnonymousClient(), liveKey, code);

    /// <summary>With the test key: the client's test twin.</summary>
    public HttpClient TestHttp { get; } = Keyed(server.CreateAnonymousClient(), testKey, code);

    public Task<HttpResponseMessage> GetAsync(string path) => Http.GetAsync(path, TestContext.Current.CancellationToken);

    public Task<HttpResponseMessage> DeleteAsync(string path) => Http.DeleteAsync(path, TestContext.Current.CancellationToken);

    public Task<HttpResponseMessage> PostAsync(string path, JsonNode? body = null, string? idempotencyKey = null) =>
        SendAsync(HttpMethod.Post, path, body, idempotencyKey);

    public Task<HttpResponseMessage> PatchAsync(string path, JsonNode body) => SendAsync(HttpMethod.Patch, path, body);

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, JsonNode? body, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        return await Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Sends text as it stands, for bodies that no serializer would write.</summary>
    public async Task<HttpResponseMessage> SendTextAsync(HttpMethod method, string path, string body, string contentType = "application/json")
    {
        using var request = new HttpRequestMessage(method, path) { Content = new StringContent(body, Encoding.UTF8, contentType) };
        return await Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static HttpClient Keyed(HttpClient client, string key, string clientCode)
    {
        client.DefaultRequestHeaders.Add("x-api-key", key);
        client.DefaultRequestHeaders.Add("x-client-code", clientCode);
        return client;
    }
}
