using System.Net.Http.Headers;
using System.Text;
using Ecodrix.Channels.Callbacks;
using Ecodrix.Server.Configuration;
using Ecodrix.Server.Features.Tenants.Secrets;
using Microsoft.Extensions.Options;

namespace Ecodrix.Server.Features.Alerts.Telling;

/// <summary>What came of one attempt.</summary>
/// <param name="Status">Null when there was no answer.</param>
/// <param name="Why">What went wrong, without the address; null when it was delivered.</param>
internal sealed record AlertAttempt(int? Status, string? Why)
{
    public bool IsDelivered => Why is null;
}

/// <summary>Posts a message to the operator's receiver, signed like every callback, with a secret that follows from the encryption keys: it needs no database.</summary>
/// <remarks>The address is the operator's own word, so it may lie in the operator's own network.</remarks>
internal sealed class AlertSender(AlertTransport transport, SigningKeyDoor keys, Settings settings, IOptions<CallbackOptions> form, TimeProvider clock)
{
    private const string Purpose = "ecodrix alerts";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly IReadOnlyList<string> secrets = [.. keys.Derive(Purpose).Select(key => "whsec_" + Convert.ToBase64String(key))];

    /// <summary>Whether there is a receiver.</summary>
    public bool IsOn => settings.AlertUrl is not null;

    /// <summary>What the receiver verifies with.</summary>
    public string Secret => secrets[0];

    /// <summary>Never throws for what the network or the receiver does.</summary>
    public async Task<AlertAttempt> SendAsync(string id, string body, CancellationToken cancellationToken)
    {
        using var request = RequestOf(new Callback(settings.AlertUrl!, id, Encoding.UTF8.GetBytes(body), Signing()));
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var response = await transport.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var status = (int)response.StatusCode;
            return new AlertAttempt(status, response.IsSuccessStatusCode ? null : FormattableString.Invariant($"the receiver answered {status}"));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new AlertAttempt(null, FormattableString.Invariant($"there was no answer within {Patience.TotalSeconds} s"));
        }
        catch (HttpRequestException failure)
        {
            return new AlertAttempt(null, $"the receiver cannot be reached ({failure.HttpRequestError})");
        }
    }

    private HttpRequestMessage RequestOf(Callback message)
    {
        var content = new ReadOnlyMemoryContent(message.Body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        var request = new HttpRequestMessage(HttpMethod.Post, message.Url) { Content = content };
        foreach (var (name, value) in CallbackHeaders.Of(message, clock.GetUtcNow(), form.Value))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    /// <summary>The simple header holds one signature: the first key's. The other holds both while two keys are configured, so a receiver may have either's secret.</summary>
    private CallbackSecrets Signing() => secrets.Count > 1 ? new CallbackSecrets(secrets[1], Previous: secrets[0]) : new CallbackSecrets(secrets[0]);
}

/// <summary>The way to the receiver: neither through a proxy nor after a redirect.</summary>
internal sealed class AlertTransport(HttpMessageHandler? handler = null) : IDisposable
{
    public HttpClient Http { get; } = new(handler ?? new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = System.Threading.Timeout.InfiniteTimeSpan,
    };

    public void Dispose() => Http.Dispose();
}
