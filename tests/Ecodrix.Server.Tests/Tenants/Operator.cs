using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Ecodrix.Server.Tests.Tenants;

/// <summary>The operator, speaking to the admin API.</summary>
public sealed class Operator(ServerFixture server) : IDisposable
{
    public HttpClient Http { get; } = server.CreateAdminClient();

    public Task<HttpResponseMessage> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<HttpResponseMessage> PostAsync(string path, JsonNode? body = null) => SendAsync(HttpMethod.Post, path, body ?? new JsonObject());

    public Task<HttpResponseMessage> PatchAsync(string path, JsonNode body) => SendAsync(HttpMethod.Patch, path, body);

    public Task<HttpResponseMessage> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path);

    /// <summary>Demands success.</summary>
    public async Task<JsonNode> AskAsync(HttpMethod method, string path, JsonNode? body = null)
    {
        using var response = await SendAsync(method, path, body);
        response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return (await response.ReadAnswerAsync())["data"]!;
    }

    public void Dispose() => Http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, JsonNode? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        return await Http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
