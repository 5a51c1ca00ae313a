using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ecodrix.Server.Commands;

/// <summary>The engine's HTTP API as the commands use it. A refusal ends the command with the API's own sentence.</summary>
/// <param name="adminKey">Asked only by what needs it: who has a client's key needs none.</param>
internal sealed class EngineApi(HttpClient http, Func<string> adminKey, IAsyncDisposable? local) : IAsyncDisposable
{
    /// <summary>A backup of many files takes its time.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(4);

    /// <summary>Where the server answers.</summary>
    public Uri Address => http.BaseAddress!;

    public Task<JsonNode> AdminAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken) =>
        SendAsync(method, path, body, [("x-core-api-key", adminKey())], cancellationToken);

    public Task<JsonNode> ClientAsync(HttpMethod method, string path, JsonObject? body, ClientKey key, CancellationToken cancellationToken) =>
        SendAsync(method, path, body, [("x-api-key", key.ApiKey), ("x-client-code", key.ClientCode)], cancellationToken);

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        if (local is not null)
        {
            await local.DisposeAsync();
        }
    }

    /// <returns>The whole envelope.</returns>
    private async Task<JsonNode> SendAsync(
        HttpMethod method, string path, JsonObject? body, IEnumerable<(string Name, string Value)> headers, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = body is null ? null : JsonContent.Create(body);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            return JsonNode.Parse(text) is JsonObject answer && answer["success"]?.GetValue<bool>() is true
                ? answer
                : throw new CommandFailedException(Complaint((JsonObject?)JsonNode.Parse(text)));
        }
        catch (JsonException)
        {
            throw new CommandFailedException($"What answers at {http.BaseAddress} is not an ECODrIx server.");
        }
        catch (HttpRequestException failure)
        {
            throw new CommandFailedException($"The server at {http.BaseAddress} cannot be reached: {failure.Message}");
        }
    }

    private static string Complaint(JsonObject? answer)
    {
        var hint = answer?["hint"] is { } text ? $" {text}" : "";
        return $"{answer?["message"]?.ToString() ?? "The server refused without a reason."}{hint} ({answer?["code"]})";
    }
}

/// <summary>A client's key, for the routes that are a client's.</summary>
internal sealed record ClientKey(string ClientCode, string ApiKey)
{
    /// <summary>Names no secret.</summary>
    public override string ToString() => ClientCode;
}
