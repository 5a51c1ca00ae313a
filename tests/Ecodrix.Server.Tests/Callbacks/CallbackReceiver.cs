using System.Net;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ecodrix.Server.Tests.Callbacks;

/// <summary>A client's website: takes callbacks over a real connection and keeps them in the order in which they came.</summary>
public sealed class CallbackReceiver : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Channel<ReceivedCallback> received = Channel.CreateUnbounded<ReceivedCallback>();

    private readonly Queue<HttpStatusCode> answers = new();

    private WebApplication app = null!;

    private CallbackReceiver()
    {
    }

    public Uri Url { get; private set; } = null!;

    public static async Task<CallbackReceiver> StartAsync(params HttpStatusCode[] answers)
    {
        var receiver = new CallbackReceiver();
        foreach (var answer in answers)
        {
            receiver.answers.Enqueue(answer);
        }

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        receiver.app = builder.Build();
        receiver.app.Run(receiver.TakeAsync);
        await receiver.app.StartAsync();

        var addresses = receiver.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        receiver.Url = new Uri(new Uri(addresses.First()), "/hook");
        return receiver;
    }

    /// <summary>The next callback; waits until there is one.</summary>
    public async Task<ReceivedCallback> NextAsync() =>
        await received.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);

    /// <summary>Whether there is none that was not taken yet.</summary>
    public bool IsEmpty => !received.Reader.TryPeek(out _);

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource(TimeSpan.Zero);
        await app.StopAsync(atOnce.Token);
        await app.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        lock (answers)
        {
            context.Response.StatusCode = (int)(answers.TryDequeue(out var answer) ? answer : HttpStatusCode.OK);
        }

        var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        received.Writer.TryWrite(new ReceivedCallback(context.Request.Path + context.Request.QueryString, headers, Encoding.UTF8.GetString(body.ToArray())));
    }
}

/// <param name="Target">Path and query.</param>
public sealed record ReceivedCallback(string Target, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public System.Text.Json.Nodes.JsonObject Json => System.Text.Json.Nodes.JsonNode.Parse(Body)!.AsObject();
}
