using System.Text;
using System.Text.Json.Nodes;

namespace Ecodrix.Server.Commands.Listening;

/// <summary>Hands a callback on to a receiver on this machine: the same bytes under the same headers.</summary>
internal sealed class Forwarder(Uri receiver) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false }) { Timeout = Patience };

    public Uri Receiver => receiver;

    /// <param name="callback">What the server told: <c>headers</c> and <c>body</c>.</param>
    /// <returns>What the receiver answered. Never throws for what the receiver does.</returns>
    public async Task<ForwardResult> SendAsync(JsonNode callback, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, receiver);
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(callback["body"]!.GetValue<string>()));
        foreach (var (name, value) in callback["headers"]!.AsObject())
        {
            var headers = string.Equals(name, "content-type", StringComparison.OrdinalIgnoreCase) ? (System.Net.Http.Headers.HttpHeaders)request.Content.Headers : request.Headers;
            headers.TryAddWithoutValidation(name, value!.GetValue<string>());
        }

        var started = TimeProvider.System.GetTimestamp();
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            return new ForwardResult((int)response.StatusCode, TimeProvider.System.GetElapsedTime(started), Problem: null);
        }
        catch (HttpRequestException failure)
        {
            return new ForwardResult(StatusCode: null, TimeProvider.System.GetElapsedTime(started), failure.Message);
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ForwardResult(StatusCode: null, TimeProvider.System.GetElapsedTime(started), $"no answer within {Patience.TotalSeconds:0} seconds");
        }
    }

    public void Dispose() => http.Dispose();
}

/// <param name="StatusCode">Null when no answer came.</param>
internal sealed record ForwardResult(int? StatusCode, TimeSpan Took, string? Problem)
{
    public bool IsTaken => StatusCode is >= 200 and < 300;
}
