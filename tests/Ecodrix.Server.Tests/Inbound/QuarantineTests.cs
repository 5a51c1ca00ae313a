using System.Net;
using System.Text.Json.Nodes;
using Ecodrix.Loopback;
using Ecodrix.Server.Features.Inbound.Quarantine;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Server.Tests.Tenants;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.Server.Tests.Inbound;

/// <summary>What Meta posts for a number that nobody has waits for its owner.</summary>
public sealed class QuarantineTests : IAsyncDisposable
{
    private const string Number = "5550001";

    private InboundScene scene = null!;

    public ValueTask DisposeAsync() => scene.DisposeAsync();

    [Fact]
    public async Task It_is_shown_without_its_content_and_goes_to_the_client_that_claims_the_number()
    {
        scene = await InboundScene.StartAsync();
        await PostAsync();
        using var admin = new Operator(scene.Server);

        var entry = (await admin.AskAsync(HttpMethod.Get, "/api/admin/quarantine")).AsArray().ShouldHaveSingleItem()!;
        (entry.Text("phoneNumberId"), entry.Text("businessId"), entry["changes"]!.GetValue<int>()).ShouldBe((Number, "42", 1));
        (entry["expiresAt"]!.GetValue<DateTimeOffset>() - entry["receivedAt"]!.GetValue<DateTimeOffset>()).ShouldBe(TimeSpan.FromDays(7));
        entry.ToJsonString().ShouldNotContain("Hello");
        (await scene.JobsAsync()).ShouldBeEmpty();

        var bystander = await scene.Server.CreateTenantAsync();
        await scene.SetAsync(bystander, new JsonObject { ["whatsappPhoneNumberId"] = "5550002" });
        var owner = await scene.Server.CreateTenantAsync();
        await scene.SetAsync(owner, new JsonObject { ["whatsappPhoneNumberId"] = Number });
        await scene.SettledAsync();

        (await admin.AskAsync(HttpMethod.Get, "/api/admin/quarantine")).AsArray().ShouldBeEmpty();
        (await scene.NoticesAsync(owner)).ShouldHaveSingleItem().Content.GetProperty("text").GetProperty("body").GetString().ShouldBe("Hello");
        (await scene.NoticesAsync(bystander)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_claim_that_nobody_heard_of_is_made_good_by_the_next_look_and_once()
    {
        scene = await InboundScene.StartAsync(InboundScene.WithoutWorkers);
        var owner = await scene.Server.CreateTenantAsync();
        await scene.SetAsync(owner, new JsonObject { ["whatsappPhoneNumberId"] = Number });
        var store = scene.Get<QuarantineStore>();
        var change = Features.Inbound.Webhook.WebhookChange.ReadAll(Body())!.ShouldHaveSingleItem();
        await store.KeepAsync([change], TimeProvider.System.GetUtcNow(), TestContext.Current.CancellationToken);

        await store.SweepAsync(TestContext.Current.CancellationToken);
        await store.SweepAsync(TestContext.Current.CancellationToken);

        (await scene.JobsAsync()).ShouldHaveSingleItem().Tenant.ShouldBe(owner.Code);
    }

    [Fact]
    public async Task A_client_with_a_secret_of_its_own_does_not_get_what_the_operators_app_signed()
    {
        scene = await InboundScene.StartAsync();
        await PostAsync();
        var owner = await scene.Server.CreateTenantAsync();

        await scene.SetAsync(owner, new JsonObject { ["whatsappPhoneNumberId"] = Number, ["whatsappAppSecret"] = "a-secret-of-its-own" });

        (await scene.JobsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task It_is_gone_after_seven_days()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 15, 9, 30, 0, TimeSpan.Zero));
        scene = await InboundScene.StartAsync(server => server.WithClock(clock));
        await PostAsync();
        using var admin = new Operator(scene.Server);

        clock.Advance(TimeSpan.FromDays(7) - TimeSpan.FromSeconds(1));
        (await admin.AskAsync(HttpMethod.Get, "/api/admin/quarantine")).AsArray().ShouldHaveSingleItem();
        clock.Advance(TimeSpan.FromSeconds(2));
        (await admin.AskAsync(HttpMethod.Get, "/api/admin/quarantine")).AsArray().ShouldBeEmpty();
        await scene.Get<QuarantineStore>().SweepAsync(TestContext.Current.CancellationToken);

        var owner = await scene.Server.CreateTenantAsync();
        await scene.SetAsync(owner, new JsonObject { ["whatsappPhoneNumberId"] = Number });
        (await scene.JobsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_client_cannot_read_it()
    {
        scene = await InboundScene.StartAsync();
        var tenant = await scene.Server.CreateTenantAsync();

        using var refused = await tenant.GetAsync("/api/admin/quarantine");

        await refused.ShouldFailAsync(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
    }

    private static byte[] Body() =>
        MetaWebhook.Body("42", MetaWebhook.Change(Number, "messages", MetaWebhook.Text("wamid.q", "+919812345678", "Hello", TimeProvider.System.GetUtcNow())));

    private async Task PostAsync()
    {
        using var response = await scene.PostAsync(Body(), scene.Meta.AppSecret);
        await response.ReadDataAsync();
    }
}
