using System.Net;
using System.Text.Json.Nodes;
using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ecodrix.Server.Tests.Tenants;

/// <summary>A key does what its scopes name and nothing else; a client makes keys that do no more than the one that asks.</summary>
public sealed class ScopeTests(ServerFixture server) : IClassFixture<ServerFixture>, IDisposable
{
    private const string Keys = "/api/saas/keys";

    private readonly Operator admin = new(server);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => admin.Dispose();

    [Fact]
    public void Every_tenant_route_says_which_scope_it_needs()
    {
        var routes = TenantRoutes();

        routes.Count.ShouldBeGreaterThan(50);
        routes.Where(route => route.Metadata.GetMetadata<NeededScope>() is null).Select(route => route.DisplayName).ShouldBeEmpty();
        routes.Where(route => route.Metadata.GetMetadata<NeededScope>()!.Scope is null).Select(route => route.RoutePattern.RawText).ShouldBe(["/api/saas/health/client"]);
    }

    [Theory]
    [InlineData("GET", "/api/crm/leads", "crm:read")]
    [InlineData("POST", "/api/crm/leads", "crm:write")]
    [InlineData("PATCH", "/api/crm/leads/665f00000000000000000000", "crm:write")]
    [InlineData("GET", "/api/crm/leads/665f00000000000000000000/timeline", "crm:read")]
    [InlineData("GET", "/api/crm/pipelines", "crm:read")]
    [InlineData("DELETE", "/api/crm/notifications", "crm:write")]
    [InlineData("GET", "/api/crm/automations", "automations")]
    [InlineData("POST", "/api/crm/sequences/enroll", "automations")]
    [InlineData("POST", "/api/saas/workflows/trigger", "trigger")]
    [InlineData("POST", "/api/saas/workflows/trigger/batch", "trigger")]
    [InlineData("GET", "/api/saas/events/logs", "trigger")]
    [InlineData("GET", "/api/saas/trace/665f00000000000000000000", "trigger")]
    [InlineData("POST", "/api/saas/chat/send", "messages")]
    [InlineData("GET", "/api/saas/chat/templates", "messages")]
    [InlineData("POST", "/api/saas/sandbox/reset", "erase")]
    [InlineData("POST", "/api/saas/realtime/token", "realtime")]
    [InlineData("GET", "/api/saas/account", "settings")]
    [InlineData("POST", "/api/saas/cors", "settings")]
    [InlineData("GET", Keys, "settings")]
    public async Task A_key_with_every_other_scope_is_refused_and_the_missing_one_is_named(string method, string path, string scope)
    {
        var tenant = await server.CreateTenantAsync();
        var others = KeyScope.All.Select(one => one.Name).Where(name => !string.Equals(name, scope, StringComparison.Ordinal)).ToArray();

        using var refused = await SendAsync(await KeyAsync(tenant, "test", others), method, path);
        using var allowed = await SendAsync(await KeyAsync(tenant, "test", scope), method, path);

        var answer = await refused.ShouldFailAsync(HttpStatusCode.Forbidden, "FORBIDDEN");
        answer["message"]!.GetValue<string>().ShouldBe($"The key lacks the scope {scope}.");
        allowed.StatusCode.ShouldNotBe(HttpStatusCode.Forbidden, await allowed.Content.ReadAsStringAsync(Cancelled));
    }

    [Fact]
    public async Task A_key_without_a_list_has_every_scope_and_any_key_may_ask_how_its_client_is()
    {
        var tenant = await server.CreateTenantAsync();
        var list = await admin.AskAsync(HttpMethod.Get, $"/api/clients/{tenant.Code}/keys");
        using var narrow = await SendAsync(await KeyAsync(tenant, "live", "export"), "GET", "/api/saas/health/client");

        list[0]!["scopes"]!.AsArray().Select(scope => scope!.GetValue<string>()).ShouldBe(KeyScope.All.Select(scope => scope.Name));
        await narrow.ReadDataAsync();
    }

    [Fact]
    public async Task What_a_refused_key_asked_for_has_not_happened()
    {
        var tenant = await server.CreateTenantAsync();
        var body = new JsonObject { ["firstName"] = "Asha", ["phone"] = "+919876543210" };

        using var refused = await SendAsync(await KeyAsync(tenant, "live", "crm:read"), "POST", "/api/crm/leads", body);

        await refused.ShouldFailAsync(HttpStatusCode.Forbidden, "FORBIDDEN");
        using var list = await tenant.GetAsync("/api/crm/leads");
        (await list.ReadAnswerAsync())["total"]!.GetValue<int>().ShouldBe(0);
    }

    [Fact]
    public async Task Scopes_of_one_clients_key_open_nothing_of_another()
    {
        var tenant = await server.CreateTenantAsync();
        var other = await server.CreateTenantAsync();
        var key = await KeyAsync(tenant, "live", "crm:read");

        using var response = await SendAsync(key with { Code = other.Code }, "GET", "/api/crm/leads");

        await response.ShouldFailAsync(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
    }

    [Theory]
    [InlineData("""[]""", "scopes")]
    [InlineData("""["crm:everything"]""", "scopes[0]")]
    [InlineData("""["crm:read","CRM:WRITE"]""", "scopes[1]")]
    [InlineData("""["crm:read",null]""", "scopes[1]")]
    [InlineData("""[""]""", "scopes[0]")]
    public async Task A_list_that_names_no_scope_is_refused_by_its_path(string scopes, string path)
    {
        var tenant = await server.CreateTenantAsync();
        var body = new JsonObject { ["label"] = "x", ["mode"] = "live", ["scopes"] = JsonNode.Parse(scopes) };

        using var ofOperator = await admin.PostAsync($"/api/clients/{tenant.Code}/keys", body.DeepClone());
        using var ofClient = await tenant.PostAsync(Keys, body);

        foreach (var response in new[] { ofOperator, ofClient })
        {
            (await response.ShouldFailAsync(HttpStatusCode.BadRequest, "VALIDATION_ERROR"))["errors"]![path].ShouldNotBeNull();
        }
    }

    [Fact]
    public async Task A_client_makes_a_key_with_fewer_scopes_and_sees_it_in_its_list()
    {
        var tenant = await server.CreateTenantAsync();

        var made = await MakeAsync(new Shown(tenant.Code, tenant.LiveKey), new JsonObject { ["label"] = "site", ["mode"] = "live", ["scopes"] = new JsonArray("trigger", "trigger") });

        made["apiKey"]!.GetValue<string>().ShouldStartWith("erix_live_");
        Scopes(made["key"]!).ShouldBe(["trigger"]);
        using var list = await tenant.GetAsync(Keys);
        var keys = (await list.ReadDataAsync())!.AsArray();
        keys[0]!["label"]!.GetValue<string>().ShouldBe("site");
        keys.ToJsonString().ShouldNotContain(made["apiKey"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_key_makes_none_that_may_do_more_than_itself()
    {
        var tenant = await server.CreateTenantAsync();
        var key = await KeyAsync(tenant, "live", "settings", "crm:read");

        using var more = await SendAsync(key, "POST", Keys, new JsonObject { ["label"] = "x", ["mode"] = "live", ["scopes"] = new JsonArray("crm:read", "crm:write") });
        var same = await MakeAsync(key, new JsonObject { ["label"] = "y", ["mode"] = "live" });

        (await more.ShouldFailAsync(HttpStatusCode.Forbidden, "FORBIDDEN"))["message"]!.GetValue<string>().ShouldContain("crm:write");
        Scopes(same["key"]!).ShouldBe(["crm:read", "settings"]);
    }

    [Fact]
    public async Task A_key_ends_none_that_may_do_more_than_itself()
    {
        var tenant = await server.CreateTenantAsync();
        var key = await KeyAsync(tenant, "live", "settings");
        var whole = (await admin.AskAsync(HttpMethod.Get, $"/api/clients/{tenant.Code}/keys")).AsArray().Single(one => one!["label"]!.GetValue<string>() is "default" && one["mode"]!.GetValue<string>() is "live")!;
        var made = await MakeAsync(key, new JsonObject { ["label"] = "mine", ["mode"] = "live" });

        using var refused = await SendAsync(key, "DELETE", $"{Keys}/{whole["keyId"]}");
        using var ended = await SendAsync(key, "DELETE", $"{Keys}/{made["key"]!["keyId"]}");
        using var gone = await SendAsync(new Shown(tenant.Code, made["apiKey"]!.GetValue<string>()), "GET", Keys);

        await refused.ShouldFailAsync(HttpStatusCode.Forbidden, "FORBIDDEN");
        (await ended.ReadDataAsync())!["revokedAt"].ShouldNotBeNull();
        await gone.ShouldFailAsync(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
        (await tenant.GetAsync(Keys)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_test_key_makes_sees_and_ends_test_keys_only()
    {
        var tenant = await server.CreateTenantAsync();
        var test = new Shown(tenant.Code, tenant.TestKey);
        var live = (await admin.AskAsync(HttpMethod.Get, $"/api/clients/{tenant.Code}/keys")).AsArray().Single(one => one!["mode"]!.GetValue<string>() is "live")!;

        using var beyond = await SendAsync(test, "POST", Keys, new JsonObject { ["label"] = "x", ["mode"] = "live" });
        var made = await MakeAsync(test, new JsonObject { ["label"] = "y", ["mode"] = "test" });
        using var list = await SendAsync(test, "GET", Keys);
        using var foreign = await SendAsync(test, "DELETE", $"{Keys}/{live["keyId"]}");

        await beyond.ShouldFailAsync(HttpStatusCode.Forbidden, "FORBIDDEN");
        made["apiKey"]!.GetValue<string>().ShouldStartWith("erix_test_");
        (await list.ReadDataAsync())!.AsArray().Select(key => key!["mode"]!.GetValue<string>()).ShouldBe(["test", "test"]);
        await foreign.ShouldFailAsync(HttpStatusCode.NotFound, "NOT_FOUND");
    }

    [Fact]
    public async Task A_key_of_another_client_cannot_be_ended()
    {
        var tenant = await server.CreateTenantAsync();
        var other = await server.CreateTenantAsync();
        using var theirs = await other.GetAsync(Keys);
        var key = (await theirs.ReadDataAsync())![0]!["keyId"];

        using var response = await tenant.DeleteAsync($"{Keys}/{key}");
        using var malformed = await tenant.DeleteAsync($"{Keys}/nonsense");

        await response.ShouldFailAsync(HttpStatusCode.NotFound, "NOT_FOUND");
        await malformed.ShouldFailAsync(HttpStatusCode.BadRequest, "INVALID_ID");
        (await other.GetAsync(Keys)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Who_made_a_key_with_which_scopes_stands_in_the_audit_log()
    {
        var tenant = await server.CreateTenantAsync();
        await MakeAsync(new Shown(tenant.Code, tenant.LiveKey), new JsonObject { ["label"] = "site", ["mode"] = "live", ["scopes"] = new JsonArray("trigger", "messages") });

        var log = await admin.AskAsync(HttpMethod.Get, $"/api/admin/audit?client={tenant.Code}");

        log.ToJsonString().ShouldContain("trigger messages");
        log.ToJsonString().ShouldContain("key:");
    }

    [Fact]
    public void A_scope_that_comes_later_is_in_no_list_and_in_every_key_without_one()
    {
        new KeyScopes(["crm:read"]).Allow(KeyScope.CrmWrite).ShouldBeFalse();
        new KeyScopes([]).Allow(KeyScope.Trigger).ShouldBeFalse();
        KeyScopes.Everything.Allow(KeyScope.Erase).ShouldBeTrue();
        KeyScope.Find("crm:Read").ShouldBeNull();
        KeyScope.Find(null).ShouldBeNull();
    }

    private List<RouteEndpoint> TenantRoutes() =>
    [
        .. server.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<AudienceOf>() is { Audience: RouteAudience.Tenant }),
    ];

    private async Task<Shown> KeyAsync(TenantClient tenant, string mode, params string[] scopes)
    {
        var body = new JsonObject { ["label"] = "narrow", ["mode"] = mode, ["scopes"] = new JsonArray([.. scopes.Select(scope => (JsonNode?)scope)]) };
        return new Shown(tenant.Code, (await admin.AskAsync(HttpMethod.Post, $"/api/clients/{tenant.Code}/keys", body))["apiKey"]!.GetValue<string>());
    }

    private async Task<JsonNode> MakeAsync(Shown with, JsonObject body)
    {
        using var response = await SendAsync(with, "POST", Keys, body);
        return (await response.ReadDataAsync(HttpStatusCode.Created))!;
    }

    private async Task<HttpResponseMessage> SendAsync(Shown with, string method, string path, JsonObject? body = null)
    {
        using var http = server.CreateAnonymousClient();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Add("x-api-key", with.Key);
        request.Headers.Add("x-client-code", with.Code);
        if (method is not "GET")
        {
            request.Content = new StringContent((body ?? []).ToJsonString(), System.Text.Encoding.UTF8, "application/json");
        }

        return await http.SendAsync(request, Cancelled);
    }

    private static IEnumerable<string> Scopes(JsonNode key) => key["scopes"]!.AsArray().Select(scope => scope!.GetValue<string>()).Order(StringComparer.Ordinal);

    private sealed record Shown(string Code, string Key);
}
