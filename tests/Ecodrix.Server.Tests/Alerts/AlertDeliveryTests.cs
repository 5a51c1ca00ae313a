using System.Net;
using System.Text.Json.Nodes;
using Ecodrix.Server.Features.Alerts.Knowing;
using Ecodrix.Server.Features.Alerts.Telling;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Server.Tests.Instances;
using Ecodrix.Server.Tests.Tenants;
using Ecodrix.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Ecodrix.Server.Tests.Alerts;

/// <summary>Whatever the receiver does, each message reaches it, and nothing else waits for it.</summary>
public sealed class AlertDeliveryTests : IAsyncDisposable
{
    private const string Test = "/api/admin/alerts/test";

    private AlertScene? scene;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        if (scene is not null)
        {
            await scene.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_receiver_that_is_down_gets_the_same_message_later_in_its_order()
    {
        scene = await AlertScene.StartAsync();
        foreach (var status in new[] { 500, 404, 302 })
        {
            scene.Receiver.Script.Answer(status, "no", ("location", "https://elsewhere.example/"));
        }

        await HappenAsync("T1", "665f00000000000000000100");
        await scene.DeliverAsync();
        scene.Receiver.Received.Count.ShouldBe(1);
        await scene.PassAsync(TimeSpan.FromSeconds(4));
        scene.Receiver.Received.Count.ShouldBe(1);
        await scene.PassAsync(TimeSpan.FromSeconds(2));
        scene.Receiver.Received.Count.ShouldBe(2);
        await scene.PassAsync(TimeSpan.FromSeconds(31));
        scene.Receiver.Received.Count.ShouldBe(3);
        await scene.PassAsync(TimeSpan.FromMinutes(3));
        await scene.PassAsync(TimeSpan.FromHours(1));

        scene.Receiver.Received.Count.ShouldBe(4);
        (await scene.ReadAsync()).Select(one => one.ToJsonString(null)).Distinct(StringComparer.Ordinal).Count().ShouldBe(1);
        scene.Receiver.Received.Select(one => one.Timestamp).Distinct().Count().ShouldBe(4, "each attempt has its own time");
        scene.Server.Logs.Lines.ShouldContain(line => line.Contains("An alert of effect_unknown is not delivered, because the receiver answered 500", StringComparison.Ordinal));
        scene.Server.Logs.Lines.ShouldAllBe(line => !line.Contains("from=tests", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_receiver_that_takes_its_time_holds_up_neither_requests_nor_looks_nor_other_messages()
    {
        scene = await AlertScene.StartAsync();
        var answering = new TaskCompletionSource();
        scene.Receiver.Script.Do(_ => answering.Task);
        await HappenAsync("T1", "665f00000000000000000100");
        var slow = scene.Server.Services.GetRequiredService<AlertCourier>().DeliverAsync(Cancelled);
        await scene.Receiver.ArrivalAsync(Cancelled);

        var tenant = await scene.Server.CreateTenantAsync();
        await tenant.FiredAsync(EventIntents.Event("go"));
        await HappenAsync("T2", "665f00000000000000000200");
        await scene.Server.Services.GetRequiredService<AlertCourier>().DeliverAsync(Cancelled);

        (await scene.ReadAsync()).Select(one => one.Text("clientCode")).ShouldBe(["T1", "T2"]);
        slow.IsCompleted.ShouldBeFalse();
        scene.Clock.Advance(TimeSpan.FromSeconds(11));
        await slow;
        answering.SetResult();
        await scene.PassAsync(TimeSpan.FromSeconds(10));
        (await scene.ReadAsync()).Select(one => one.Text("clientCode")).ShouldBe(["T1", "T2", "T1"]);
        scene.Receiver.Received[0].Headers["webhook-id"].ShouldBe(scene.Receiver.Received[2].Headers["webhook-id"]);
    }

    [Fact]
    public async Task What_nobody_took_for_three_days_is_given_up_and_what_comes_then_is_told()
    {
        scene = await AlertScene.StartAsync();
        for (var attempt = 0; attempt < 90; attempt++)
        {
            scene.Receiver.Script.Answer(503, "no");
        }

        await HappenAsync("T1", "665f00000000000000000100");
        for (var hour = 0; hour < 75; hour++)
        {
            await scene.PassAsync(TimeSpan.FromHours(1));
        }

        (await scene.Server.Services.GetRequiredService<AlertBook>().WaitingAsync(Cancelled)).ShouldBeEmpty();
        var before = scene.Receiver.Received.Count;
        before.ShouldBeInRange(70, 80);
        await HappenAsync("T1", "665f00000000000000000200");
        await scene.DeliverAsync();
        scene.Receiver.Received.Count.ShouldBe(before + 1);
    }

    [Fact]
    public async Task Two_instances_over_one_store_tell_once()
    {
        var receiver = await Ecodrix.Loopback.CallbackReceiver.StartAsync();
        await using var ended = receiver;
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(new DateTimeOffset(2026, 3, 15, 9, 30, 0, TimeSpan.Zero));
        await using var both = await TwoInstances.StartAsync(clock, server => server.With("ECODRIX_ALERT_URL", receiver.Url + "?from=tests"));
        var happening = new Happening(AlertKind.EffectUnknown, "T1", 1, ["665f00000000000000000100"]);
        var lasting = new Sighting(AlertKind.DatabaseDown, "T1", null, new AlertDetails { Database = "client" });

        for (var turn = 0; turn < 5; turn++)
        {
            await Task.WhenAll(Of<AlertBook>(both).SelectMany(book => new[] { book.HappenAsync(happening, Cancelled), book.SeeAsync(lasting, Cancelled) }));
            await Task.WhenAll(Of<AlertCourier>(both).Select(courier => courier.DeliverAsync(Cancelled)));
            clock.Advance(TimeSpan.FromSeconds(20));
            await both.MeetAsync();
        }

        await UntilAsync(() => receiver.Received.Count >= 2);
        receiver.Received.Select(one => one.Headers["webhook-id"]).ShouldBeUnique(StringComparer.Ordinal);
        receiver.Received.Count.ShouldBe(2);
    }

    [Fact]
    public async Task While_the_services_database_is_down_the_first_instance_tells_from_memory_and_the_end_is_told_once()
    {
        var receiver = await Ecodrix.Loopback.CallbackReceiver.StartAsync();
        await using var ended = receiver;
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(new DateTimeOffset(2026, 3, 15, 9, 30, 0, TimeSpan.Zero));
        var power = new Power();
        await using var both = await TwoInstances.StartAsync(clock, server => server.With("ECODRIX_ALERT_URL", receiver.Url + "?from=tests").With(power.Connect));
        await PassAsync(both, clock, TimeSpan.FromSeconds(10));

        power.IsOff = true;
        await PassAsync(both, clock, TimeSpan.FromSeconds(60));
        await UntilAsync(() => receiver.Received.Count >= 1);
        receiver.Received.Count.ShouldBe(1);
        await PassAsync(both, clock, TimeSpan.FromMinutes(3));
        await UntilAsync(() => receiver.Received.Count >= 2);
        receiver.Received.Select(one => one.Headers["webhook-id"]).Distinct(StringComparer.Ordinal).Count().ShouldBe(1, "the other tells too, for nobody knows whether the first lives, and under the same id");

        power.IsOff = false;
        await PassAsync(both, clock, TimeSpan.FromMinutes(1));
        await UntilAsync(() => receiver.Received.Any(one => one.Text.Contains("resolved", StringComparison.Ordinal)));
        await PassAsync(both, clock, TimeSpan.FromMinutes(1));
        receiver.Received.Count(one => one.Text.Contains("resolved", StringComparison.Ordinal)).ShouldBe(1);
        receiver.Received.ShouldAllBe(one => one.Text.Contains("\"database\":\"services\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task While_two_encryption_keys_are_configured_a_receiver_with_either_keys_secret_believes_a_message()
    {
        string[] keys = [Convert.ToBase64String(new byte[32]), Convert.ToBase64String([.. Enumerable.Repeat((byte)7, 32)])];
        var secrets = new List<string>();
        foreach (var key in keys)
        {
            await using var alone = await ServerFixture.StartAsync(settings: new Dictionary<string, string>(StringComparer.Ordinal) { ["ECODRIX_ENCRYPTION_KEY"] = key });
            using var operated = new Operator(alone);
            secrets.Add((await operated.AskAsync(HttpMethod.Get, "/api/admin/alerts")).Text("secret"));
        }

        scene = await AlertScene.StartAsync(server => server.With("ECODRIX_ENCRYPTION_KEY", string.Join(',', keys)));
        using var admin = new Operator(scene.Server);
        (await admin.AskAsync(HttpMethod.Get, "/api/admin/alerts")).Text("secret").ShouldBe(secrets[0]);
        await admin.AskAsync(HttpMethod.Post, Test, new JsonObject());

        var sent = scene.Receiver.Received.ShouldHaveSingleItem();
        var signed = System.Text.Encoding.UTF8.GetBytes($"{sent.Headers["webhook-id"]}.{sent.Headers["webhook-timestamp"]}.{sent.Text}");
        string Of(string secret) => "v1," + Convert.ToBase64String(System.Security.Cryptography.HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), signed));
        sent.Headers["webhook-signature"].Split(' ').ShouldBe([Of(secrets[0]), Of(secrets[1])], ignoreOrder: true);
        sent.Headers["x-ecodrix-signature"].ShouldBe("sha256=" + Convert.ToHexStringLower(System.Security.Cryptography.HMACSHA256.HashData(System.Text.Encoding.UTF8.GetBytes(secrets[0]), sent.Body)));
    }

    [Fact]
    public async Task Without_a_receiver_nothing_is_looked_for_and_a_test_says_what_to_set()
    {
        await using var server = await ServerFixture.StartAsync();
        using var admin = new Operator(server);

        using var refused = await admin.PostAsync(Test);
        await refused.ShouldFailAsync(HttpStatusCode.UnprocessableEntity, "NOT_CONFIGURED");
        var shown = await admin.AskAsync(HttpMethod.Get, "/api/admin/alerts");
        (shown["isOn"]!.GetValue<bool>(), shown["undelivered"]!.GetValue<int>()).ShouldBe((false, 0));
        (await server.Services.GetRequiredService<IServicesDatabase>().Documents<Alert>().CountAsync(null, 1, Cancelled)).ShouldBe(0);
    }

    [Fact]
    public async Task A_test_message_arrives_signed_and_a_receiver_that_refuses_it_is_told_of()
    {
        scene = await AlertScene.StartAsync();
        using var admin = new Operator(scene.Server);

        var sent = await admin.AskAsync(HttpMethod.Post, Test, new JsonObject());
        var arrived = (await scene.ReadAsync()).ShouldHaveSingleItem();
        (arrived.Text("type"), arrived.Text("id")).ShouldBe(("test", sent.Text("id")));

        scene.Receiver.Script.Answer(401, "who are you?");
        using var refused = await admin.PostAsync(Test);
        var answer = await refused.ShouldFailAsync(HttpStatusCode.BadGateway, "UPSTREAM_FAILED");
        answer.Text("hint").ShouldBe("The message was not taken, because the receiver answered 401.");
    }

    [Fact]
    public async Task What_lasts_is_shown_to_operators()
    {
        scene = await AlertScene.StartAsync();
        scene.Receiver.Script.Answer(500, "no");
        await scene.Server.Services.GetRequiredService<AlertBook>().SeeAsync(new Sighting(AlertKind.DatabaseDown, "ACME_test", null, new AlertDetails { Database = "client" }), Cancelled);
        await scene.DeliverAsync();
        using var admin = new Operator(scene.Server);

        var shown = await admin.AskAsync(HttpMethod.Get, "/api/admin/alerts");

        (shown["isOn"]!.GetValue<bool>(), shown["undelivered"]!.GetValue<int>()).ShouldBe((true, 1));
        var matter = shown["lasting"]!.AsArray().ShouldHaveSingleItem()!;
        (matter.Text("type"), matter.Text("clientCode"), matter.Text("mode")).ShouldBe(("database_down", "ACME", "test"));
    }

    private Task HappenAsync(string tenant, string effect) =>
        scene!.Server.Services.GetRequiredService<AlertBook>().HappenAsync(new Happening(AlertKind.EffectUnknown, tenant, 1, [effect]), Cancelled);

    private static IEnumerable<T> Of<T>(TwoInstances both)
        where T : notnull => [both.First.Services.GetRequiredService<T>(), both.Second.Services.GetRequiredService<T>()];

    // In steps, as time passes: each of the servers' timers rings at its own time.
    private static async Task PassAsync(TwoInstances both, Microsoft.Extensions.Time.Testing.FakeTimeProvider clock, TimeSpan time)
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(30));
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromSeconds(5))
        {
            clock.Advance(TimeSpan.FromSeconds(5));
            await ticks.WaitForNextTickAsync(Cancelled);
        }

        both.ShouldNotBeNull();
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        for (var turn = 0; !isSo(); turn++)
        {
            turn.ShouldBeLessThan(1_000);
            await ticks.WaitForNextTickAsync(Cancelled);
        }
    }

    /// <summary>Whether the services database answers the alerts' question, for all instances on it.</summary>
    private sealed class Power
    {
        private volatile bool isOff;

        public bool IsOff
        {
            get => isOff;
            set => isOff = value;
        }

        public void Connect(IServiceCollection all)
        {
            var inner = all.Last(service => service.ServiceType == typeof(IServicesDatabase));
            all.Replace(ServiceDescriptor.Singleton<IServicesDatabase>(provider => new Switched(
                (IServicesDatabase)(inner.ImplementationInstance ?? inner.ImplementationFactory!(provider)), this)));
        }

        private sealed class Switched(IServicesDatabase inner, Power power) : IServicesDatabase, IDisposable
        {
            public IDocuments<T> Documents<T>()
                where T : class, IDocument<T> => inner.Documents<T>();

            public Task PingAsync(CancellationToken cancellationToken) =>
                power.IsOff ? throw new DatabaseUnavailableException("It is switched off.") : inner.PingAsync(cancellationToken);

            public void Dispose() => (inner as IDisposable)?.Dispose();
        }
    }
}
