using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Ecodrix.Bench.Serving;

namespace Ecodrix.Bench.Crash;

/// <summary>What the server said of an event, and when.</summary>
internal sealed record Acknowledged(string EventId, DateTimeOffset At);

/// <summary>
/// A client's website: fires events at a fixed rate whether the server answers or not, and repeats each under its idempotency key until
/// it is acknowledged, as a careful client does. Of several servers it asks the next one when one does not answer.
/// </summary>
internal sealed class Website(Tenant tenant, IReadOnlyList<ServerUnderTest> servers, Uri callbackUrl, double perSecond) : IDisposable
{
    private const int Leads = 500;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private readonly ConcurrentDictionary<string, Acknowledged> acknowledged = new(StringComparer.Ordinal);

    /// <summary>By what each event is about.</summary>
    public IReadOnlyDictionary<string, Acknowledged> Acknowledged => acknowledged;

    /// <summary>Fires until told to stop, and ends when everything fired is acknowledged.</summary>
    /// <param name="stop">No new events from then on.</param>
    /// <param name="giveUp">Nothing is repeated from then on.</param>
    /// <exception cref="IOException">The server refused an event for good.</exception>
    public async Task RunAsync(CancellationToken stop, CancellationToken giveUp)
    {
        var fired = new List<Task>();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1 / perSecond), TimeProvider.System);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                fired.Add(FireAsync(fired.Count, giveUp));
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // It was told to.
        }

        try
        {
            await Task.WhenAll(fired);
        }
        catch (OperationCanceledException) when (giveUp.IsCancellationRequested)
        {
            // What is not acknowledged by now is nobody's promise.
        }
    }

    public void Dispose() => http.Dispose();

    private async Task FireAsync(int number, CancellationToken cancellationToken)
    {
        var about = string.Create(CultureInfo.InvariantCulture, $"event {number}");
        var body = new
        {
            trigger = "bench_crash",
            phone = string.Create(CultureInfo.InvariantCulture, $"+9198765{number % Leads:00000}"),
            createLeadIfMissing = true,
            variables = new { about },
            callbackUrl,
            callbackMetadata = new { about },
            idempotencyKey = about,
        };
        for (var attempt = number; await TryAsync(servers[attempt % servers.Count], body, cancellationToken) is not { } answer || !acknowledged.TryAdd(about, answer); attempt++)
        {
            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
        }
    }

    /// <returns>Null when it must be tried again: no answer came, or one that says later.</returns>
    private async Task<Acknowledged?> TryAsync(ServerUnderTest server, object body, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Address, "/api/saas/workflows/trigger")) { Content = JsonContent.Create(body) };
            foreach (var (name, value) in tenant.Headers)
            {
                request.Headers.Add(name, value);
            }

            using var response = await http.SendAsync(request, cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            if (response.IsSuccessStatusCode)
            {
                using var json = JsonDocument.Parse(text);
                return new Acknowledged(json.RootElement.GetProperty("data").GetProperty("eventLogId").GetString()!, TimeProvider.System.GetUtcNow());
            }

            return response.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError
                ? null
                : throw new IOException($"The server refused an event: {(int)response.StatusCode} {text}");
        }
        catch (Exception gone) when (gone is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
