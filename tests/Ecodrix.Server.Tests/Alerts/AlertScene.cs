using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Ecodrix.Loopback;
using Ecodrix.Server.Features.Alerts.Knowing;
using Ecodrix.Server.Features.Alerts.Sources;
using Ecodrix.Server.Features.Alerts.Telling;
using Ecodrix.Server.Tests.Inbound;
using Ecodrix.Server.Tests.Tenants;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.Server.Tests.Alerts;

/// <summary>A server with a stand-in for Meta, an operator's receiver of alerts that believes no signature unseen, and a clock of the test's.</summary>
public sealed class AlertScene : IAsyncDisposable
{
    private AlertScene()
    {
    }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 15, 9, 30, 0, TimeSpan.Zero));

    public CallbackReceiver Receiver { get; private set; } = null!;

    public InboundScene Inbound { get; private set; } = null!;

    public ServerFixture Server => Inbound.Server;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<AlertScene> StartAsync(Action<ServerFixture>? change = null)
    {
        var scene = new AlertScene { Receiver = await CallbackReceiver.StartAsync() };
        scene.Inbound = await InboundScene.StartAsync(server =>
        {
            server.WithClock(scene.Clock).With("ECODRIX_ALERT_URL", scene.Receiver.Url + "?from=tests").With(WithoutWatch);
            change?.Invoke(server);
        });
        return scene;
    }

    // Looks happen when a test asks for one: the server's own, at the same moment of the test's clock, could come before or after.
    private static void WithoutWatch(IServiceCollection services) => services.Remove(services.Single(service =>
        service.ServiceType == typeof(IHostedService) && service.ImplementationFactory is Func<IServiceProvider, AlertWatch>));

    public async ValueTask DisposeAsync()
    {
        await Inbound.DisposeAsync();
        await Receiver.DisposeAsync();
    }

    /// <summary>One look at everything, and what comes of it is delivered, or has failed to be.</summary>
    public Task RoundAsync() => RoundAsync(Server);

    public async Task RoundAsync(ServerFixture server)
    {
        await server.Services.GetRequiredService<AlertWatch>().LookAsync(Cancelled);
        await DeliverAsync(server);
    }

    public Task DeliverAsync() => DeliverAsync(Server);

    /// <summary>Lets time pass, and does what an operator would see of it.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        Clock.Advance(time);
        await RoundAsync();
    }

    /// <summary>The messages so far, each held against the signature, the form and its own headers.</summary>
    public async Task<IReadOnlyList<JsonObject>> ReadAsync()
    {
        using var admin = new Operator(Server);
        var secret = (await admin.AskAsync(HttpMethod.Get, "/api/admin/alerts"))["secret"]!.GetValue<string>();
        return [.. Receiver.Received.Select(message => Checked(message, secret))];
    }

    /// <summary>The messages of a type so far.</summary>
    public async Task<IReadOnlyList<JsonObject>> ReadAsync(string type) =>
        [.. (await ReadAsync()).Where(message => message["type"]!.GetValue<string>().Equals(type, StringComparison.Ordinal))];

    public static JsonObject Checked(ReceivedCallback message, string secret)
    {
        message.Method.ShouldBe("POST");
        message.Path.ShouldEndWith("/callback?from=tests");
        message.Headers["content-type"].ShouldBe("application/json");
        message.Headers["user-agent"].ShouldStartWith("ECODrIx/");
        secret.ShouldStartWith("whsec_");
        var plain = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), message.Body));
        message.Headers["x-ecodrix-signature"].ShouldBe("sha256=" + plain);
        var signed = Encoding.UTF8.GetBytes($"{message.Headers["webhook-id"]}.{message.Headers["webhook-timestamp"]}.{message.Text}");
        message.Headers["webhook-signature"].ShouldBe("v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), signed)));

        var body = JsonNode.Parse(message.Text)!.AsObject();
        body.Select(field => field.Key).ShouldBe(["id", "type", "state", "clientCode", "mode", "message", "since", "timestamp", "details"]);
        body["id"]!.GetValue<string>().ShouldBe(message.Headers["webhook-id"]);
        body["message"]!.GetValue<string>().ShouldEndWith(".");
        return body;
    }

    private async Task DeliverAsync(ServerFixture server)
    {
        var courier = server.Services.GetRequiredService<AlertCourier>();
        var book = server.Services.GetRequiredService<AlertBook>();
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        for (var turn = 0; ; turn++)
        {
            // The server's own courier may have taken one first.
            turn.ShouldBeLessThan(1_000);
            await courier.DeliverAsync(Cancelled);
            if ((await book.WaitingAsync(Cancelled)).All(alert => alert.Posts.All(post => post.DueAt > Clock.GetUtcNow())))
            {
                return;
            }

            await ticks.WaitForNextTickAsync(Cancelled);
        }
    }
}
