using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ecodrix.Server.Features.Traces.Links;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Server.Tests.Redaction;
using Ecodrix.Server.Tests.Story;
using Ecodrix.Server.Tests.Tenants;

namespace Ecodrix.Server.Tests.Traces;

/// <summary>What happened as a link: for anybody who has it, without personal data, for 7 days.</summary>
public sealed partial class TraceLinkTests : IAsyncLifetime
{
    private TraceScene scene = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => scene = await TraceScene.StartAsync();

    public ValueTask DisposeAsync() => scene.DisposeAsync();

    [Fact]
    public async Task The_link_in_a_triggers_answer_opens_a_page_under_the_strictest_policy()
    {
        var (response, html) = await OpenAsync(scene.Answer.Text("traceUrl"));

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        policy.ShouldMatch("^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$");
        Style().Match(html).Groups["css"].Value.ShouldSatisfyAllConditions(css => policy.ShouldContain(Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(css)))));
        response.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        response.Headers.GetValues("Referrer-Policy").ShouldBe(["no-referrer"]);
        response.Headers.CacheControl!.NoStore.ShouldBeTrue();
        Loads().IsMatch(html).ShouldBeFalse("The page must load nothing and run nothing.");
        html.ShouldContain("Rule “Confirm” matched.");
        html.ShouldContain("condition lead.score gte 50 is false");
        html.ShouldContain("worked out just now");
        html.ShouldContain("Attempt 1: the receiver answered 500");
        html.ShouldContain("Nothing is left to do.");
        html.ShouldContain("What was signed");
    }

    [Fact]
    public async Task Neither_the_page_nor_the_JSON_holds_personal_data_and_a_phone_shows_its_last_digits()
    {
        foreach (var id in new[] { scene.EventId, scene.RunId, scene.MessageId, scene.LeadId })
        {
            var link = (await scene.TraceAsync(id)).Text("traceUrl");
            var (_, html) = await OpenAsync(link);
            var (_, json) = await OpenAsync(link + ".json");

            foreach (var text in new[] { WebUtility.HtmlDecode(html), json })
            {
                foreach (var personal in new[] { TraceScene.FirstName, TraceScene.LastName, TraceScene.Email, TraceScene.When, TraceScene.Doctor, TraceScene.Appointment, scene.Phone, scene.Phone[^10..], "wamid" })
                {
                    text.ShouldNotContain(personal, Case.Insensitive);
                }
            }

            html.ShouldContain($"••• {scene.Phone[^4..]}");
            html.ShouldContain("Hello •••, we meet on •••.");
        }
    }

    [Fact]
    public async Task Markup_in_names_of_rules_and_triggers_and_in_what_a_lead_wrote_stays_text()
    {
        const string Script = "<script>alert(1)</script>";
        await scene.Tenant.CreateRuleAsync(RuleIntents.Rule(Script, $$$"""{ "type": "create_note", "name": "n", "config": { "content": "{{ event.x }}" } }""", rule => rule["name"] = "<img src=x onerror=alert(2)>"));
        var fired = await scene.Tenant.FiredAsync(new JsonObject { ["trigger"] = Script, ["leadId"] = scene.LeadId, ["variables"] = new JsonObject { [Script] = Script } });
        await scene.Tenant.EndedRunAsync(fired);

        var (response, html) = await OpenAsync(fired.Text("traceUrl"));

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        Loads().IsMatch(html).ShouldBeFalse(html);
        html.ShouldContain("<h1>&lt;script&gt;alert(1)&lt;/script&gt;</h1>");
        html.ShouldContain("&lt;img src=x onerror=alert(2)&gt;");
    }

    [Fact]
    public async Task The_JSON_beside_it_is_the_masked_story_in_the_envelope()
    {
        var (response, json) = await OpenAsync(scene.Answer.Text("traceUrl") + ".json");

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        var trace = JsonNode.Parse(json)!["data"]!;
        trace["masked"]!.GetValue<bool>().ShouldBeTrue();
        trace["entries"]![0]!["event"]!["data"]!["doctor"]!.Text("name").ShouldBe("•••");
        var body = trace["entries"]!.AsArray().Select(entry => entry!["callback"]).OfType<JsonNode>().Single();
        JsonNode.Parse(body.Text("body"))!["metadata"]!.Text("appointment").ShouldBe("•••");
        JsonNode.Parse(body.Text("body"))!.Text("eventLogId").ShouldBe(scene.EventId);
        body.Text("url").ShouldEndWith("/•••");

        var asked = await scene.TraceAsync(scene.EventId, "?masked=true");
        asked["entries"]!.ToJsonString().ShouldBe(trace["entries"]!.ToJsonString());
    }

    [Fact]
    public async Task Whatever_is_changed_in_a_token_it_leads_nowhere()
    {
        var token = scene.Answer.Text("traceUrl")["/trace/".Length..];
        var changed = Enumerable.Range(0, token.Length).Select(at => token[..at] + (token[at] is 'A' ? 'B' : 'A') + token[(at + 1)..])
            .Concat([token[..^1], token + "A", token + "=", token.ToUpperInvariant(), "x", new string('A', 500), scene.EventId]);

        foreach (var wrong in changed)
        {
            var (page, html) = await OpenAsync($"/trace/{Uri.EscapeDataString(wrong)}");
            page.StatusCode.ShouldBe(HttpStatusCode.NotFound, wrong);
            page.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
            html.ShouldContain("This link leads nowhere.");
            html.ShouldNotContain(scene.Tenant.Code);
        }

        using var stranger = scene.Server.Server.CreateAnonymousClient();
        using var json = await stranger.GetAsync($"/trace/{token[..^1]}.json", Cancelled);
        (await json.ShouldFailAsync(HttpStatusCode.NotFound, "NOT_FOUND")).Text("message").ShouldBe("This link leads nowhere.");
    }

    [Fact]
    public async Task An_expired_link_says_so_and_nothing_else()
    {
        var now = TimeProvider.System.GetUtcNow();
        var (right, _) = await OpenAsync(TokenOf(scene.Tenant.Code, scene.EventId, now.AddMinutes(1)));
        var (page, html) = await OpenAsync(TokenOf(scene.Tenant.Code, scene.EventId, now.AddSeconds(-1)));
        var (json, text) = await OpenAsync(TokenOf(scene.Tenant.Code, scene.EventId, now.AddSeconds(-1)) + ".json");

        right.StatusCode.ShouldBe(HttpStatusCode.OK);
        page.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        html.ShouldContain("This link has expired.");
        html.ShouldContain("Ask whoever sent it for a new one.");
        html.ShouldNotContain("booked");
        json.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        text.ShouldContain("This link has expired.");
    }

    [Fact]
    public void A_link_holds_for_seven_days()
    {
        var token = scene.Answer.Text("traceUrl")["/trace/".Length..];
        var key = scene.Server.Get<TraceKey>().Value!;
        var now = TimeProvider.System.GetUtcNow();

        var right = TraceToken.Read(key, token, now).ShouldBeOfType<TraceTokenCheck.Right>();
        right.Tenant.Value.ShouldBe(scene.Tenant.Code);
        right.Id.ShouldBe(scene.EventId);
        (right.ExpiresAt - now).ShouldBeInRange(TimeSpan.FromDays(7) - TimeSpan.FromMinutes(2), TimeSpan.FromDays(7));
        TraceToken.Read(key, token, now.AddDays(7)).ShouldBeOfType<TraceTokenCheck.Expired>();
    }

    [Fact]
    public async Task A_link_of_another_tenant_or_of_the_test_twin_shows_nothing_of_this_one()
    {
        var other = await scene.Server.Server.CreateTenantAsync();
        var later = TimeProvider.System.GetUtcNow().AddDays(1);
        foreach (var tenant in new[] { other.Code, scene.Tenant.Code + "_test" })
        {
            foreach (var id in new[] { scene.EventId, scene.RunId, scene.LeadId, scene.MessageId })
            {
                var (page, html) = await OpenAsync(TokenOf(tenant, id, later));
                page.StatusCode.ShouldBe(HttpStatusCode.NotFound);
                html.ShouldContain("What this link told of is no longer kept.");
                html.ShouldNotContain("Confirm");
            }
        }

        var (foreign, words) = await OpenAsync(TokenOf(scene.Tenant.Code, scene.EventId, later, new byte[32]));
        foreign.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        words.ShouldContain("This link leads nowhere.");
    }

    [Fact]
    public async Task The_link_of_a_suspended_client_leads_nowhere_until_it_is_active_again()
    {
        using var admin = new Operator(scene.Server.Server);
        await admin.AskAsync(HttpMethod.Patch, $"/api/clients/{scene.Tenant.Code}", new JsonObject { ["status"] = "suspended" });
        (await OpenAsync(scene.Answer.Text("traceUrl"))).Response.StatusCode.ShouldBe(HttpStatusCode.NotFound);

        await admin.AskAsync(HttpMethod.Patch, $"/api/clients/{scene.Tenant.Code}", new JsonObject { ["status"] = "active" });
        (await OpenAsync(scene.Answer.Text("traceUrl"))).Response.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_token_is_in_no_log_and_no_telemetry()
    {
        using var telemetry = new Telemetry();
        var link = scene.Answer.Text("traceUrl");
        await OpenAsync(link);
        await OpenAsync(link + ".json");

        var token = link["/trace/".Length..];
        scene.Server.Server.Logs.Lines.Concat(telemetry.Lines).ShouldNotContain(line => line.Contains(token, StringComparison.Ordinal));
    }

    private async Task<(HttpResponseMessage Response, string Text)> OpenAsync(string link)
    {
        using var stranger = scene.Server.Server.CreateAnonymousClient();
        var response = await stranger.GetAsync(link, Cancelled);
        return (response, await response.Content.ReadAsStringAsync(Cancelled));
    }

    private string TokenOf(string tenant, string id, DateTimeOffset expiresAt, byte[]? key = null)
    {
        var token = new byte[TraceToken.MostBytes];
        var length = TraceToken.Write(key ?? scene.Server.Get<TraceKey>().Value!, tenant, id, expiresAt, token);
        return $"/trace/{Base64Url.EncodeToString(token.AsSpan(0, length))}";
    }

    [GeneratedRegex("<style>(?<css>.*?)</style>", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Style();

    [GeneratedRegex("<script|<img|<link|<iframe|<[^>]*\\s(?:style|on\\w+|src)=|url\\(|@import", RegexOptions.IgnoreCase)]
    private static partial Regex Loads();
}
