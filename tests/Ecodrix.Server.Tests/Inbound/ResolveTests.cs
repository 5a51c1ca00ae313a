using System.Net;
using System.Text.Json.Nodes;
using Ecodrix.Server.Features.Inbox;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Server.Tests.Story;
using Ecodrix.Server.Tests.Tenants;

namespace Ecodrix.Server.Tests.Inbound;

/// <summary>A person says what became of a step that does not know.</summary>
public sealed class ResolveTests : IAsyncLifetime
{
    private InboundScene scene = null!;

    public async ValueTask InitializeAsync() => scene = await InboundScene.StartAsync();

    public ValueTask DisposeAsync() => scene.DisposeAsync();

    [Fact]
    public async Task As_sent_completes_the_step_and_is_on_record()
    {
        var (tenant, run) = await UnknownAsync();

        var resolved = await ResolvedAsync(tenant, run, "sent");

        (resolved.Text("status"), resolved["attention"]!.GetValue<bool>(), resolved["steps"]![0]!.Text("status")).ShouldBe(("completed", false, "completed"));
        (await MessageAsync(tenant, run)).Status.ShouldBe(MessageStatus.Sent);
        scene.Meta.Messages.ShouldHaveSingleItem();
        using var admin = new Operator(scene.Server);
        var entry = (await admin.AskAsync(HttpMethod.Get, $"/api/admin/audit?client={tenant.Code}")).AsArray().First(one => one!.Text("action") is "step.resolved")!;
        (entry.Text("actor").StartsWith("key:", StringComparison.Ordinal), entry["details"]!.Text("as"), entry["details"]!.Text("runId")).ShouldBe((true, "sent", run.Text("_id")));
    }

    [Fact]
    public async Task As_failed_fails_the_step_and_the_run()
    {
        var (tenant, run) = await UnknownAsync();

        var resolved = await ResolvedAsync(tenant, run, "failed");

        (resolved.Text("status"), resolved["attention"]!.GetValue<bool>(), resolved["steps"]![0]!.Text("status")).ShouldBe(("failed", false, "failed"));
        resolved["steps"]![0]!.Text("errorCode").ShouldBe("NOT_SENT");
        (await MessageAsync(tenant, run)).Status.ShouldBe(MessageStatus.Failed);
        scene.Meta.Messages.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task As_resend_attempts_it_afresh_under_the_same_key()
    {
        var (tenant, run) = await UnknownAsync();

        await ResolvedAsync(tenant, run, "resend");

        var done = await tenant.UntilAsync($"/api/saas/runs/{run.Text("_id")}", now => now.Text("status") is "completed" && now["steps"]![0]!.Text("status") is "completed");
        done["attention"]!.GetValue<bool>().ShouldBeFalse();
        scene.Meta.Messages.Count.ShouldBe(2);
        scene.Meta.Messages.Select(message => message.EffectKey).Distinct(StringComparer.Ordinal).Count().ShouldBe(1);
        var message = await MessageAsync(tenant, run);
        (message.Status, message.Wamid, message.Error).ShouldBe((MessageStatus.Sent, scene.Meta.Messages[1].Wamid, null));
    }

    [Fact]
    public async Task A_resend_whose_answer_is_lost_again_is_unknown_again()
    {
        var (tenant, run) = await UnknownAsync();
        scene.Meta.TakeAndHangUp();

        await ResolvedAsync(tenant, run, "resend");

        var again = await tenant.UntilAsync($"/api/saas/runs/{run.Text("_id")}", now => scene.Meta.Messages.Count == 2 && now["steps"]![0]!.Text("status") is "unknown");
        again["attention"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task Another_tenant_and_the_test_twin_are_told_that_there_is_no_such_run()
    {
        var (tenant, run) = await UnknownAsync();
        var stranger = await scene.Server.CreateTenantAsync();
        var path = $"/api/saas/runs/{run.Text("_id")}/steps/0/resolve";

        using var strange = await stranger.PostAsync(path, new JsonObject { ["as"] = "sent" });
        using var twin = await tenant.TestHttp.PostAsync(new Uri(path, UriKind.Relative), new StringContent("""{"as":"sent"}""", System.Text.Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);

        await strange.ShouldFailAsync(HttpStatusCode.NotFound, "NOT_FOUND");
        await twin.ShouldFailAsync(HttpStatusCode.NotFound, "NOT_FOUND");
        (await tenant.ReadDataAsync($"/api/saas/runs/{run.Text("_id")}"))["steps"]![0]!.Text("status").ShouldBe("unknown");
    }

    [Theory]
    [InlineData("0", """{"as":"maybe"}""", HttpStatusCode.BadRequest, "VALIDATION_ERROR")]
    [InlineData("0", "{}", HttpStatusCode.BadRequest, "VALIDATION_ERROR")]
    [InlineData("0", """{"as":7}""", HttpStatusCode.BadRequest, "VALIDATION_ERROR")]
    [InlineData("1", """{"as":"sent"}""", HttpStatusCode.NotFound, "NOT_FOUND")]
    [InlineData("-1", """{"as":"sent"}""", HttpStatusCode.NotFound, "NOT_FOUND")]
    [InlineData("x", """{"as":"sent"}""", HttpStatusCode.BadRequest, "VALIDATION_ERROR")]
    public async Task Bad_input_names_what_is_wrong_and_settles_nothing(string index, string body, HttpStatusCode status, string code)
    {
        var (tenant, run) = await UnknownAsync();

        using var refused = await tenant.PostAsync($"/api/saas/runs/{run.Text("_id")}/steps/{index}/resolve", JsonNode.Parse(body));
        using var malformed = await tenant.PostAsync("/api/saas/runs/7/steps/0/resolve", new JsonObject { ["as"] = "sent" });
        using var attention = await tenant.GetAsync("/api/saas/runs?attention=perhaps");

        await refused.ShouldFailAsync(status, code);
        await malformed.ShouldFailAsync(HttpStatusCode.BadRequest, "INVALID_ID");
        await attention.ShouldFailAsync(HttpStatusCode.BadRequest, "VALIDATION_ERROR");
        (await tenant.ReadDataAsync($"/api/saas/runs/{run.Text("_id")}"))["attention"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task Only_what_is_unknown_can_be_resolved()
    {
        var (tenant, run) = await UnknownAsync();
        await ResolvedAsync(tenant, run, "sent");

        using var again = await tenant.PostAsync($"/api/saas/runs/{run.Text("_id")}/steps/0/resolve", new JsonObject { ["as"] = "resend" });

        await again.ShouldFailAsync(HttpStatusCode.Conflict, "CONFLICT");
        scene.Meta.Messages.ShouldHaveSingleItem();
    }

    private static async Task<JsonNode> ResolvedAsync(TenantClient tenant, JsonNode run, string verdict)
    {
        using var response = await tenant.PostAsync($"/api/saas/runs/{run.Text("_id")}/steps/0/resolve", new JsonObject { ["as"] = verdict });
        return (await response.ReadDataAsync())!;
    }

    private async Task<(TenantClient Tenant, JsonNode Run)> UnknownAsync()
    {
        var tenant = await scene.CreateSenderAsync();
        return (tenant, await InboundScene.UnknownAsync(scene, tenant));
    }

    private async Task<Message> MessageAsync(TenantClient tenant, JsonNode run) =>
        (await scene.MessageAsync(tenant, run["steps"]![0]!["result"]!.Text("messageId")))!;
}
