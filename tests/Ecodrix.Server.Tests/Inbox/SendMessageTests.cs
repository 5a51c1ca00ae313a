using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Ecodrix.Server.Tests.Inbox;

public sealed class SendMessageTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task A_template_message_is_queued_and_the_sandbox_plays_it_to_the_end()
    {
        var client = await server.CreateTenantAsync();

        using var response = await SendAsync(client, """{"to":"98765 43210","templateName":"welcome","variables":["Asha"]}""");
        var queued = (await response.ReadDataAsync(HttpStatusCode.Accepted))!;

        queued["status"]!.GetValue<string>().ShouldBe("queued");
        var message = await OutboxUntilAsync(client, "read");
        message["_id"]!.GetValue<string>().ShouldBe(queued["messageId"]!.GetValue<string>());
        message["to"]!.GetValue<string>().ShouldBe("+919876543210");
        message["provider"]!.GetValue<string>().ShouldBe("sandbox");
        message["template"]!["variables"]!.ToJsonString().ShouldBe("""["Asha"]""");
    }

    [Fact]
    public async Task A_magic_phone_fails_with_Metas_code()
    {
        var client = await server.CreateTenantAsync();

        using var response = await SendAsync(client, """{"to":"+919999131026","templateName":"welcome"}""");
        await response.ReadDataAsync(HttpStatusCode.Accepted);

        (await OutboxUntilAsync(client, "failed"))["error"]!["code"]!.GetValue<string>().ShouldBe("131026");
    }

    [Fact]
    public async Task Repeating_a_key_sends_once()
    {
        var client = await server.CreateTenantAsync();

        using var first = await SendAsync(client, """{"to":"+919876543210","templateName":"welcome"}""", "key-1");
        using var second = await SendAsync(client, """{"to":"+919876543210","templateName":"welcome"}""", "key-1");

        (await second.ReadDataAsync(HttpStatusCode.Accepted))!.ToJsonString().ShouldBe((await first.ReadDataAsync(HttpStatusCode.Accepted))!.ToJsonString());
        await OutboxUntilAsync(client, "read");
        (await OutboxAsync(client)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Free_text_outside_the_window_is_refused_before_anything_is_queued_unless_a_template_stands_in()
    {
        var client = await server.CreateTenantAsync();

        using var refused = await SendAsync(client, """{"to":"+919876543210","text":"hello"}""");
        await refused.ShouldFailAsync(HttpStatusCode.UnprocessableEntity, "WINDOW_CLOSED");
        (await OutboxAsync(client)).ShouldBeEmpty();

        using var fallback = await SendAsync(client, """{"to":"+919876543210","text":"hello","fallbackTemplate":{"templateName":"welcome"}}""");
        await fallback.ReadDataAsync(HttpStatusCode.Accepted);
        (await OutboxUntilAsync(client, "read"))["type"]!.GetValue<string>().ShouldBe("template");
    }

    [Theory]
    [InlineData("""{"templateName":"x"}""", 400, "VALIDATION_ERROR")]
    [InlineData("""{"to":"+919876543210"}""", 400, "VALIDATION_ERROR")]
    [InlineData("""{"to":"+919876543210","text":"a","templateName":"b"}""", 400, "VALIDATION_ERROR")]
    [InlineData("""{"to":"+919876543210","media":{"url":"https://x.test"}}""", 400, "VALIDATION_ERROR")]
    [InlineData("""{"to":"12","templateName":"x"}""", 400, "INVALID_PHONE")]
    [InlineData("""{"conversationId":"zz","templateName":"x"}""", 400, "INVALID_ID")]
    [InlineData("""{"conversationId":"65f000000000000000010000","templateName":"x"}""", 404, "NOT_FOUND")]
    [InlineData("""{"to":"+919876543210","templateName":"x","variables":[{"deep":1}]}""", 422, "TEMPLATE_INVALID")]
    [InlineData("""[]""", 400, "VALIDATION_ERROR")]
    public async Task What_cannot_be_sent_is_refused_with_the_reason(string body, int status, string code)
    {
        var client = await server.CreateTenantAsync();

        using var response = await SendAsync(client, body);

        await response.ShouldFailAsync((HttpStatusCode)status, code);
    }

    [Fact]
    public async Task A_live_client_without_an_account_is_told_so_and_does_not_reach_the_sandbox()
    {
        var client = await server.CreateTenantAsync();

        using var response = await client.PostAsync("/api/saas/chat/send", JsonNode.Parse("""{"to":"+919876543210","templateName":"x"}"""));
        await response.ShouldFailAsync(HttpStatusCode.UnprocessableEntity, "NOT_CONFIGURED");

        using var outbox = await client.GetAsync("/api/saas/sandbox/outbox");
        await outbox.ShouldFailAsync(HttpStatusCode.Forbidden, "FORBIDDEN");
    }

    [Fact]
    public async Task Another_tenant_cannot_write_into_the_conversation()
    {
        var client = await server.CreateTenantAsync();
        using var sent = await SendAsync(client, """{"to":"+919876543210","templateName":"welcome"}""");
        var conversation = (await sent.ReadDataAsync(HttpStatusCode.Accepted))!["conversationId"]!.GetValue<string>();

        using var response = await SendAsync(await server.CreateTenantAsync(), $$"""{"conversationId":"{{conversation}}","templateName":"welcome"}""");

        await response.ShouldFailAsync(HttpStatusCode.NotFound, "NOT_FOUND");
    }

    [Fact]
    public async Task A_reset_empties_the_outbox()
    {
        var client = await server.CreateTenantAsync();
        using var sent = await SendAsync(client, """{"to":"+919876543210","templateName":"welcome"}""");
        await OutboxUntilAsync(client, "read");

        using var reset = await client.TestHttp.PostAsync("/api/saas/sandbox/reset", null, TestContext.Current.CancellationToken);
        await reset.ReadDataAsync();

        (await OutboxAsync(client)).ShouldBeEmpty();
    }

    private static async Task<HttpResponseMessage> SendAsync(TenantClient client, string body, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/saas/chat/send") { Content = JsonContent.Create(JsonNode.Parse(body)) };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return await client.TestHttp.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static async Task<JsonArray> OutboxAsync(TenantClient client)
    {
        using var response = await client.TestHttp.GetAsync("/api/saas/sandbox/outbox", TestContext.Current.CancellationToken);
        return (await response.ReadDataAsync())!.AsArray();
    }

    /// <summary>Asks until the newest message has come so far; the test's own time-out ends it otherwise.</summary>
    private static async Task<JsonNode> OutboxUntilAsync(TenantClient client, string status)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            if ((await OutboxAsync(client)).FirstOrDefault() is { } message && string.Equals(message["status"]!.GetValue<string>(), status, StringComparison.Ordinal))
            {
                return message;
            }

            await ticks.WaitForNextTickAsync(timeout.Token);
        }
    }
}
