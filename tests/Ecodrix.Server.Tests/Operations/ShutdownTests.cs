using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using Ecodrix.Server.Tests.Events;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ecodrix.Server.Tests.Operations;

/// <summary>A server that is told to stop while it has much to do.</summary>
public sealed class ShutdownTests
{
    private const string Trigger = "/api/saas/workflows/trigger";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_turns_away_who_still_comes_finishes_or_hands_back_within_25_seconds_and_loses_and_doubles_nothing()
    {
        var folder = Directory.CreateTempSubdirectory("ecodrix-stop-");
        await using var receiver = await SlowReceiver.StartAsync();
        var accepted = new ConcurrentBag<string>();
        (string Code, string Key) client;
        await using (var stopping = await ServerProcess.StartAsync(folder.FullName))
        {
            client = await stopping.CreateClientAsync();
            using var tenant = stopping.Connect(client);
            accepted.Add(await FireAsync(tenant, new Uri(receiver.Url, "/never")));
            var load = Enumerable.Range(0, 4).Select(_ => FireOnAsync(tenant, receiver.Url, accepted)).ToList();
            await receiver.AskedAsync(20);
            using var waiting = stopping.Connect(client);
            using var warm = await waiting.GetAsync("/health/ready", Cancelled);
            warm.StatusCode.ShouldBe(HttpStatusCode.OK);

            var began = TimeProvider.System.GetTimestamp();
            stopping.Terminate();
            await ShouldTurnAwayAsync(waiting);
            await Task.WhenAll(load);
            (await stopping.ExitAsync()).ShouldBe(0);

            TimeProvider.System.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(25));
        }

        receiver.Release();
        await using var second = await ServerProcess.StartAsync(folder.FullName);
        await receiver.AnsweredAsync(accepted.Count);

        receiver.Answered.Order(StringComparer.Ordinal).ShouldBe(accepted.Order(StringComparer.Ordinal));
        using var again = second.Connect(client);
        foreach (var id in accepted.Take(20))
        {
            using var read = await again.GetAsync($"/api/saas/events/logs/{id}", Cancelled);
            (await read.ReadDataAsync())!.Text("status").ShouldBe("completed");
        }

        second.Kill();
        folder.Delete(recursive: true);
    }

    private static async Task ShouldTurnAwayAsync(HttpClient waiting)
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        HttpResponseMessage ready;
        for (var turn = 0; (ready = await waiting.GetAsync("/health/ready", Cancelled)).StatusCode is HttpStatusCode.OK; turn++)
        {
            turn.ShouldBeLessThan(100, "The signal is not seen.");
            ready.Dispose();
            await ticks.WaitForNextTickAsync(Cancelled);
        }

        using (ready)
        {
            (await ready.ShouldFailAsync(HttpStatusCode.ServiceUnavailable, "UNAVAILABLE")).Text("message").ShouldBe("The server is shutting down.");
        }

        foreach (var send in new[] { () => waiting.PostAsJsonAsync(Trigger, EventIntents.Event("late"), Cancelled), () => waiting.GetAsync("/api/crm/leads", Cancelled) })
        {
            using var refused = await send();
            (await refused.ShouldFailAsync(HttpStatusCode.ServiceUnavailable, "UNAVAILABLE")).Text("message").ShouldBe("The server is shutting down.");
            refused.Headers.RetryAfter.ShouldNotBeNull();
            refused.Headers.ConnectionClose.ShouldBe(true);
        }
    }

    private static async Task<string> FireAsync(HttpClient tenant, Uri callback)
    {
        using var fired = await tenant.PostAsJsonAsync(Trigger, EventIntents.Event("load", change: body => body["callbackUrl"] = callback.AbsoluteUri), Cancelled);
        return (await fired.ReadDataAsync())!.Text("eventLogId");
    }

    /// <summary>Fires until it is turned away; what was answered with success counts as accepted, whatever happens to the next.</summary>
    private static async Task FireOnAsync(HttpClient tenant, Uri callback, ConcurrentBag<string> accepted)
    {
        while (true)
        {
            HttpResponseMessage fired;
            try
            {
                fired = await tenant.PostAsJsonAsync(Trigger, EventIntents.Event("load", change: body => body["callbackUrl"] = callback.AbsoluteUri), Cancelled);
            }
            catch (HttpRequestException)
            {
                return; // The door is shut.
            }

            using (fired)
            {
                if (fired.StatusCode is not HttpStatusCode.OK)
                {
                    fired.StatusCode.ShouldBeOneOf(HttpStatusCode.ServiceUnavailable, HttpStatusCode.TooManyRequests);
                    return;
                }

                accepted.Add((await fired.ReadDataAsync())!.Text("eventLogId"));
            }
        }
    }

    /// <summary>A client's website that takes its time, and on one path never answers until it is released.</summary>
    private sealed class SlowReceiver : IAsyncDisposable
    {
        private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(700);

        private readonly ConcurrentQueue<string> answered = new();

        private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        private WebApplication app = null!;

        private int asked;

        public Uri Url { get; private set; } = null!;

        /// <summary>The events whose callbacks were answered, in order; one that was answered twice is there twice.</summary>
        public IReadOnlyList<string> Answered => [.. answered];

        public static async Task<SlowReceiver> StartAsync()
        {
            var receiver = new SlowReceiver();
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.Logging.ClearProviders();
            builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
            receiver.app = builder.Build();
            receiver.app.Run(receiver.TakeAsync);
            await receiver.app.StartAsync(Cancelled);
            receiver.Url = new Uri(new Uri(receiver.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()), "/hook");
            return receiver;
        }

        public void Release() => released.SetResult();

        public Task AskedAsync(int count) => UntilAsync(() => Volatile.Read(ref asked) >= count);

        public Task AnsweredAsync(int count) => UntilAsync(() => answered.Count >= count);

        public async ValueTask DisposeAsync()
        {
            using var atOnce = new CancellationTokenSource(TimeSpan.Zero);
            await app.StopAsync(atOnce.Token);
            await app.DisposeAsync();
        }

        private static async Task UntilAsync(Func<bool> isSo)
        {
            using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
            for (var turn = 0; !isSo(); turn++)
            {
                turn.ShouldBeLessThan(1_200);
                await ticks.WaitForNextTickAsync(Cancelled);
            }
        }

        private async Task TakeAsync(HttpContext context)
        {
            Interlocked.Increment(ref asked);
            var body = await context.Request.ReadFromJsonAsync<System.Text.Json.Nodes.JsonObject>(context.RequestAborted);
            await (context.Request.Path == "/never" ? released.Task.WaitAsync(context.RequestAborted) : Task.Delay(Pace, TimeProvider.System, context.RequestAborted));
            answered.Enqueue(body!.Text("eventLogId"));
        }
    }
}
