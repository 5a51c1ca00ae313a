using System.Net;
using System.Text.Json.Nodes;
using Ecodrix.Loopback;
using Ecodrix.Server.Features.Inbox;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Storage;

namespace Ecodrix.Server.Tests.Inbound;

/// <summary>Who may tell whom: each number's owner decides which secret must have signed.</summary>
public sealed class SignatureTests : IAsyncLifetime
{
    private const string OwnSecret = "secret-of-a-clients-own-app";

    private InboundScene scene = null!;

    public async ValueTask InitializeAsync() => scene = await InboundScene.StartAsync();

    public ValueTask DisposeAsync() => scene.DisposeAsync();

    [Fact]
    public async Task A_body_that_is_not_signed_or_signed_with_another_secret_is_refused_and_nothing_is_stored()
    {
        await scene.CreateSenderAsync();
        var body = MetaWebhook.Body(scene.Meta.BusinessId, StatusChange(scene.Meta.PhoneNumberId, "wamid.1"));

        using var unsigned = await scene.PostAsync(body, secret: null);
        using var wrong = await scene.PostAsync(body, "another secret");
        using var changed = await ChangedAfterSigningAsync(body);

        await unsigned.ShouldFailAsync(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
        await wrong.ShouldFailAsync(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
        await changed.ShouldFailAsync(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
        (await scene.JobsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Meta_is_limited_by_size_only_and_broken_JSON_is_told_apart()
    {
        using var large = await scene.PostAsync(new byte[(4 * 1024 * 1024) + 1], scene.Meta.AppSecret);
        using var broken = await scene.PostAsync("{\"entry\":"u8.ToArray(), scene.Meta.AppSecret);
        using var unsignedBroken = await scene.PostAsync("{\"entry\":"u8.ToArray(), "another secret");

        await large.ShouldFailAsync(HttpStatusCode.RequestEntityTooLarge, "PAYLOAD_TOO_LARGE");
        await broken.ShouldFailAsync(HttpStatusCode.BadRequest, "INVALID_JSON");
        await unsignedBroken.ShouldFailAsync(HttpStatusCode.Unauthorized, "UNAUTHORIZED");

        var body = MetaWebhook.Body("1", StatusChange("2", "wamid.1"));
        for (var request = 0; request < 310; request++)
        {
            using var taken = await scene.PostAsync(body, scene.Meta.AppSecret);
            taken.StatusCode.ShouldBe(HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task A_client_with_an_app_of_its_own_is_told_by_that_secret_alone()
    {
        var tenant = await scene.CreateSenderAsync();
        await scene.SetAsync(tenant, new JsonObject { ["whatsappAppSecret"] = OwnSecret });
        var messageId = (await InboundScene.RunAsync(tenant))["steps"]![0]!["result"]!.Text("messageId");
        var body = Delivered();

        using var appWide = await scene.PostAsync(body, scene.Meta.AppSecret);
        await appWide.ReadDataAsync();
        await scene.SettledAsync();
        (await scene.JobsAsync()).ShouldBeEmpty();
        (await scene.MessageAsync(tenant, messageId))!.Status.ShouldBe(MessageStatus.Sent);

        using var own = await scene.PostAsync(body, OwnSecret);
        await own.ReadDataAsync();
        await scene.SettledAsync();
        (await scene.MessageAsync(tenant, messageId))!.Status.ShouldBe(MessageStatus.Delivered);
    }

    [Fact]
    public async Task Another_tenant_cannot_forge_statuses_even_beside_its_own()
    {
        var victim = await scene.CreateSenderAsync();
        var messageId = (await InboundScene.RunAsync(victim))["steps"]![0]!["result"]!.Text("messageId");
        var forger = await scene.Server.CreateTenantAsync();
        await scene.SetAsync(forger, new JsonObject { ["whatsappAppSecret"] = OwnSecret, ["whatsappPhoneNumberId"] = "777" });
        var sent = scene.Meta.Messages.ShouldHaveSingleItem();
        var forged = MetaWebhook.Change(scene.Meta.PhoneNumberId, "statuses", MetaWebhook.Status(sent.Wamid, "failed", sent.To, sent.EffectKey, Now));

        using var alone = await scene.PostAsync(MetaWebhook.Body("1", forged), OwnSecret);
        using var beside = await scene.PostAsync(MetaWebhook.Body("1", StatusChange("777", "wamid.own"), forged), OwnSecret);
        using var byCode = await scene.PostAsync(MetaWebhook.Body("1", StatusChange("777", "wamid.own"), forged), OwnSecret, $"{InboundScene.Webhook}/{forger.Code}");

        await alone.ShouldFailAsync(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
        await beside.ReadDataAsync();
        await byCode.ReadDataAsync();
        await scene.SettledAsync();
        (await scene.JobsAsync()).Select(job => job.Tenant).Distinct(StringComparer.Ordinal).ShouldBe([forger.Code]);
        (await scene.MessageAsync(victim, messageId))!.Status.ShouldBe(MessageStatus.Sent);

        // The forger's own document of the same key is its own.
        var early = (await scene.OpenAsync(forger)).Documents<EarlyStatus>();
        (await early.FindAsync(messageId, TestContext.Current.CancellationToken)).ShouldBeNull();
    }

    [Fact]
    public async Task A_clients_own_address_takes_its_numbers_and_its_secret_alone()
    {
        var tenant = await scene.CreateSenderAsync();
        var messageId = (await InboundScene.RunAsync(tenant))["steps"]![0]!["result"]!.Text("messageId");
        var other = await scene.Server.CreateTenantAsync();
        await scene.SetAsync(other, new JsonObject { ["whatsappPhoneNumberId"] = "778" });

        (await InboundScene.StatusOf(scene.PostAsync(Delivered(), scene.Meta.AppSecret, $"{InboundScene.Webhook}/{other.Code}"))).ShouldBe(HttpStatusCode.OK);
        (await InboundScene.StatusOf(scene.PostAsync(Delivered(), scene.Meta.AppSecret, $"{InboundScene.Webhook}/NOBODY"))).ShouldBe(HttpStatusCode.Unauthorized);
        (await scene.JobsAsync()).ShouldBeEmpty();

        (await InboundScene.StatusOf(scene.PostAsync(Delivered(), scene.Meta.AppSecret, $"{InboundScene.Webhook}/{tenant.Code.ToLowerInvariant()}"))).ShouldBe(HttpStatusCode.OK);
        await scene.SettledAsync();
        (await scene.MessageAsync(tenant, messageId))!.Status.ShouldBe(MessageStatus.Delivered);
    }

    [Theory]
    [InlineData(InboundScene.VerifyToken, "subscribe", HttpStatusCode.OK)]
    [InlineData("token-of-a-client", "subscribe", HttpStatusCode.OK)]
    [InlineData("token-of-a-client", "unsubscribe", HttpStatusCode.Forbidden)]
    [InlineData("token-of-nobody", "subscribe", HttpStatusCode.Forbidden)]
    [InlineData("", "subscribe", HttpStatusCode.Forbidden)]
    public async Task The_challenge_is_answered_to_who_knows_a_token(string token, string mode, HttpStatusCode expected)
    {
        var tenant = await scene.Server.CreateTenantAsync();
        await scene.SetAsync(tenant, new JsonObject { ["whatsappWebhookToken"] = "token-of-a-client" });
        var other = await scene.Server.CreateTenantAsync();
        await scene.SetAsync(other, new JsonObject { ["whatsappWebhookToken"] = "token-of-another" });
        var query = $"?hub.mode={mode}&hub.verify_token={token}&hub.challenge=%3Cb%3E1158201444";

        using var answer = await scene.GetAsync(InboundScene.Webhook + query);

        answer.StatusCode.ShouldBe(expected);
        (await InboundScene.StatusOf(scene.GetAsync($"{InboundScene.Webhook}/{tenant.Code}{query}"))).ShouldBe(expected);
        (await InboundScene.StatusOf(scene.GetAsync($"{InboundScene.Webhook}/{other.Code}{query}"))).ShouldBe(
            token is InboundScene.VerifyToken ? expected : HttpStatusCode.Forbidden);
        if (expected is HttpStatusCode.OK)
        {
            answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/plain");
            (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe("<b>1158201444");
        }
        else
        {
            await answer.ShouldFailAsync(HttpStatusCode.Forbidden, "FORBIDDEN");
        }
    }

    [Fact]
    public async Task A_verify_token_that_was_replaced_is_worth_nothing_any_more()
    {
        var tenant = await scene.Server.CreateTenantAsync();
        await scene.SetAsync(tenant, new JsonObject { ["whatsappWebhookToken"] = "the-first-token" });
        await scene.SetAsync(tenant, new JsonObject { ["whatsappWebhookToken"] = "the-second-token" });

        (await InboundScene.StatusOf(scene.GetAsync($"{InboundScene.Webhook}?hub.mode=subscribe&hub.verify_token=the-first-token&hub.challenge=1"))).ShouldBe(HttpStatusCode.Forbidden);
        (await InboundScene.StatusOf(scene.GetAsync($"{InboundScene.Webhook}?hub.mode=subscribe&hub.verify_token=the-second-token&hub.challenge=1"))).ShouldBe(HttpStatusCode.OK);
    }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private static JsonObject StatusChange(string number, string wamid) =>
        MetaWebhook.Change(number, "statuses", MetaWebhook.Status(wamid, "delivered", "+919876543210", DocumentId.New(Now), Now));

    private byte[] Delivered()
    {
        var sent = scene.Meta.Messages.ShouldHaveSingleItem();
        return MetaWebhook.Body(scene.Meta.BusinessId, MetaWebhook.Change(scene.Meta.PhoneNumberId, "statuses", MetaWebhook.Status(sent.Wamid, "delivered", sent.To, sent.EffectKey, Now)));
    }

    private async Task<HttpResponseMessage> ChangedAfterSigningAsync(byte[] body)
    {
        using var signed = MetaWebhook.Post(InboundScene.Webhook, body, scene.Meta.AppSecret);
        var signature = signed.Headers.GetValues(MetaWebhook.SignatureHeader).Single();
        using var request = MetaWebhook.Post(InboundScene.Webhook, [.. body, (byte)' '], secret: null);
        request.Headers.Add(MetaWebhook.SignatureHeader, signature);
        using var client = scene.Server.CreateAnonymousClient();
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
