using System.Net;
using System.Text.Json.Nodes;
using Ecodrix.Server.Features.Tenants.Secrets;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Callbacks;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Server.Tests.Incidents;
using Ecodrix.Server.Tests.Sandbox;
using Ecodrix.Server.Tests.Tenants;
using Ecodrix.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.Server.Tests.Instances;

/// <summary>What one instance changes holds in the other within two seconds, whatever that has in memory.</summary>
public sealed class SharedTruthTests : IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1.5);

    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 3, 15, 9, 30, 0, TimeSpan.Zero));

    private TwoInstances both = null!;

    private Operator admin = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        both = await TwoInstances.StartAsync(clock);
        admin = new Operator(both.First);
    }

    public async ValueTask DisposeAsync()
    {
        admin.Dispose();
        await both.DisposeAsync();
    }

    [Fact]
    public async Task A_key_that_is_revoked_opens_nothing_and_one_that_was_unknown_opens()
    {
        var (_, elsewhere) = await TenantAsync();
        const string Brought = "brought-along-0123456789-abcdefghij";
        using var later = both.Second.CreateAnonymousClient();
        later.DefaultRequestHeaders.Add("x-api-key", Brought);
        later.DefaultRequestHeaders.Add("x-client-code", elsewhere.Code);
        (await StatusAsync(later)).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync(elsewhere.Http)).ShouldBe(HttpStatusCode.OK);

        await admin.AskAsync(HttpMethod.Post, $"/api/clients/{elsewhere.Code}/keys", new JsonObject { ["label"] = "old", ["mode"] = "live", ["import"] = Brought });
        var listed = (await admin.AskAsync(HttpMethod.Get, $"/api/clients/{elsewhere.Code}/keys")).AsArray();
        var first = listed.Single(key => key!.Text("mode") is "live" && !string.Equals(key!.Text("label"), "old", StringComparison.Ordinal))!;
        await admin.AskAsync(HttpMethod.Delete, $"/api/clients/{elsewhere.Code}/keys/{first.Text("keyId")}");
        clock.Advance(Soon);

        (await StatusAsync(elsewhere.Http)).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync(later)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_suspended_client_is_refused_and_changed_limits_hold()
    {
        var (_, elsewhere) = await TenantAsync();
        (await StatusAsync(elsewhere.Http)).ShouldBe(HttpStatusCode.OK);

        await admin.AskAsync(HttpMethod.Patch, $"/api/clients/{elsewhere.Code}", new JsonObject { ["limits"] = new JsonObject { ["requestsPerMinute"] = 500 } });
        clock.Advance(Soon);
        using (var limited = await elsewhere.GetAsync("/api/saas/account"))
        {
            limited.Headers.GetValues("RateLimit-Limit").ShouldBe(["250"], "each of two grants half");
        }

        await admin.AskAsync(HttpMethod.Patch, $"/api/clients/{elsewhere.Code}", new JsonObject { ["status"] = "suspended" });
        clock.Advance(Soon);
        (await StatusAsync(elsewhere.Http)).ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Secrets_that_are_replaced_are_used()
    {
        var (_, elsewhere) = await TenantAsync();
        var tenant = TenantId.Parse(elsewhere.Code);
        var secrets = both.Second.Services.GetRequiredService<SecretsDoor>();
        var before = await secrets.FindWebhookSecretsAsync(tenant, Cancelled);
        (await secrets.FindWhatsAppAsync(tenant, Cancelled)).ShouldBeNull();

        await admin.AskAsync(HttpMethod.Post, $"/api/clients/{elsewhere.Code}/secrets", new JsonObject { ["whatsappToken"] = "token", ["whatsappPhoneNumberId"] = "1" + tenant.Value.Length });
        await admin.AskAsync(HttpMethod.Post, $"/api/clients/{elsewhere.Code}/rotate-webhook-secret", new JsonObject { ["graceHours"] = 1 });
        clock.Advance(Soon);

        (await secrets.FindWhatsAppAsync(tenant, Cancelled))!.Token.ShouldBe("token");
        (await secrets.FindWebhookSecretsAsync(tenant, Cancelled)).ShouldNotBe(before);
    }

    [Fact]
    public async Task A_rule_that_is_made_starts_runs_and_one_that_is_deleted_starts_none()
    {
        var (here, elsewhere) = await TenantAsync();
        (await elsewhere.FiredAsync(EventIntents.Event("go")))["rulesMatched"]!.GetValue<int>().ShouldBe(0);

        var rule = await here.CreateRuleAsync(RuleIntents.Rule("go", RuleIntents.Wait(5)));
        clock.Advance(Soon);
        (await elsewhere.FiredAsync(EventIntents.Event("go")))["rulesMatched"]!.GetValue<int>().ShouldBe(1);

        using var deleted = await here.DeleteAsync($"{RuleIntents.Rules}/{rule.Text("_id")}");
        clock.Advance(Soon);
        (await elsewhere.FiredAsync(EventIntents.Event("go")))["rulesMatched"]!.GetValue<int>().ShouldBe(0);
    }

    [Fact]
    public async Task A_pause_holds_what_the_other_works_on_and_its_end_lets_it_go()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        var (_, elsewhere) = await TenantAsync();
        await elsewhere.FinishedAsync(receiver, EventIntents.Event("go"));

        await admin.AskAsync(HttpMethod.Post, "/api/admin/pause", new JsonObject { ["channel"] = "callback", ["client"] = elsewhere.Code });
        clock.Advance(Soon);
        await elsewhere.FiredAsync(EventIntents.Event("go", change: body => body["callbackUrl"] = receiver.Url.AbsoluteUri));
        await both.Second.DrainAsync();
        receiver.IsEmpty.ShouldBeTrue();

        await admin.AskAsync(HttpMethod.Post, "/api/admin/resume", new JsonObject { ["channel"] = "callback", ["client"] = elsewhere.Code });
        clock.Advance(TimeSpan.FromSeconds(2));
        await receiver.NextAsync();
        receiver.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public async Task A_test_twins_clock_that_was_set_is_the_time_there_too()
    {
        var (_, elsewhere) = await TenantAsync();
        var twin = new Twin(elsewhere);
        var before = await twin.NowAsync();

        var clocks = both.First.Services.GetRequiredService<Ecodrix.Server.Features.Tenants.Clocks.TwinClocks>();
        (await clocks.TrySetAsync(TenantId.Parse(elsewhere.Code).Test, TimeSpan.Zero, TimeSpan.FromDays(1), Cancelled)).ShouldBeTrue();
        clock.Advance(Soon);

        (await twin.NowAsync() - before).ShouldBe(TimeSpan.FromDays(1) + Soon);
    }

    [Fact]
    public async Task A_test_twin_that_was_emptied_runs_the_rules_that_it_has_now_and_not_those_of_the_same_number()
    {
        var (here, elsewhere) = await TenantAsync();
        await here.CreateRuleAsync(RuleIntents.Rule("go", Note("as it was")));
        (await NoteAsync(elsewhere)).ShouldBe("as it was");
        await ChangeInTwinAsync(here, "changed once");
        clock.Advance(Soon);
        (await NoteAsync(elsewhere)).ShouldBe("changed once");

        await new Twin(here).PostAsync("/api/saas/sandbox/reset", new JsonObject());
        await ChangeInTwinAsync(here, "changed anew");
        clock.Advance(Soon);
        (await NoteAsync(elsewhere)).ShouldBe("changed anew");
    }

    private static string Note(string text) => $$"""{ "type": "create_note", "config": { "content": "{{text}}" } }""";

    private static async Task ChangeInTwinAsync(TenantClient tenant, string text)
    {
        var rule = (await new Twin(tenant).GetAsync(RuleIntents.Rules)).AsArray().Single()!.Text("_id");
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"{RuleIntents.Rules}/{rule}");
        request.Content = System.Net.Http.Json.JsonContent.Create(new JsonObject { ["actions"] = JsonNode.Parse($"[{Note(text)}]") });
        using var response = await tenant.TestHttp.SendAsync(request, Cancelled);
        await response.ReadDataAsync();
    }

    /// <summary>What the twin's rule writes on a lead, worked on by the second instance.</summary>
    private async Task<string> NoteAsync(TenantClient elsewhere)
    {
        var twin = new Twin(elsewhere);
        var fired = await twin.FireAsync(EventIntents.Event("go"));
        await both.Second.DrainAsync();
        await both.First.DrainAsync();
        var entries = (await twin.GetAsync($"/api/crm/leads/{fired.Text("leadId")}/timeline")).AsArray();
        return entries.Select(entry => entry!.ToJsonString()).Single(text => text.Contains("as it was", StringComparison.Ordinal) || text.Contains("changed", StringComparison.Ordinal)) switch
        {
            var text when text.Contains("changed anew", StringComparison.Ordinal) => "changed anew",
            var text when text.Contains("changed once", StringComparison.Ordinal) => "changed once",
            _ => "as it was",
        };
    }

    private async Task<(TenantClient Here, TenantClient Elsewhere)> TenantAsync()
    {
        var here = await both.First.CreateTenantAsync();
        return (here, both.OnSecond(here));
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client)
    {
        using var response = await client.GetAsync("/api/saas/account", Cancelled);
        return response.StatusCode;
    }
}
