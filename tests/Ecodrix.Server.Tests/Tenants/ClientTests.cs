using System.Net;
using System.Text.Json.Nodes;

namespace Ecodrix.Server.Tests.Tenants;

public sealed class ClientTests(ServerFixture server) : IClassFixture<ServerFixture>, IDisposable
{
    private readonly Operator admin = new(server);

    public void Dispose() => admin.Dispose();

    [Fact]
    public async Task A_new_client_has_two_keys_a_webhook_secret_and_the_defaults_of_the_contract()
    {
        var tenant = await server.CreateTenantAsync();

        tenant.LiveKey.ShouldStartWith("erix_live_");
        tenant.TestKey.ShouldStartWith("erix_test_");
        tenant.WebhookSecret.ShouldStartWith("whsec_");
        var client = await admin.AskAsync(HttpMethod.Get, $"/api/clients/{tenant.Code.ToLowerInvariant()}");
        client["clientCode"]!.ToString().ShouldBe(tenant.Code);
        client["status"]!.ToString().ShouldBe("active");
        client["timeZone"]!.ToString().ShouldBe("Asia/Kolkata");
        client["region"]!.ToString().ShouldBe("IN");
        client["currency"]!.ToString().ShouldBe("INR");
        (await TestStorage.HasAsync(server.Folder, tenant.Code)).ShouldBeTrue();
        (await TestStorage.HasAsync(server.Folder, tenant.Code + "_test")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_code_is_made_from_the_name_and_told_apart_from_a_taken_one()
    {
        var first = await admin.AskAsync(HttpMethod.Post, "/api/clients", new JsonObject { ["name"] = "Same Name" });
        var second = await admin.AskAsync(HttpMethod.Post, "/api/clients", new JsonObject { ["name"] = "Same Name" });

        first["clientCode"]!.ToString().ShouldBe("SAME_NAME");
        second["clientCode"]!.ToString().ShouldBe("SAME_NAME_2");
    }

    [Fact]
    public async Task A_client_that_moves_here_keeps_its_key_and_its_webhook_secret()
    {
        var key = $"sk-their-old-key-{Guid.NewGuid():N}";
        var tenant = await server.CreateTenantAsync(body =>
        {
            body["apiKey"] = key;
            body["webhookSecret"] = "their-old-webhook-secret-of-some-length";
        });

        tenant.LiveKey.ShouldBe(key);
        tenant.WebhookSecret.ShouldBe("their-old-webhook-secret-of-some-length");
        (await (await tenant.GetAsync("/api/saas/account")).ReadDataAsync())!["mode"]!.ToString().ShouldBe("live");
    }

    [Fact]
    public async Task A_key_that_opens_another_client_cannot_be_carried_over_and_leaves_no_client_behind()
    {
        var other = await server.CreateTenantAsync();
        var wanted = new JsonObject { ["name"] = "Thief", ["clientCode"] = "THIEF", ["apiKey"] = other.LiveKey };

        using var refused = await admin.PostAsync("/api/clients", wanted);
        await refused.ShouldFailAsync(HttpStatusCode.Conflict, "CONFLICT");

        wanted.Remove("apiKey");
        using var made = await admin.PostAsync("/api/clients", wanted);
        made.StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_code_is_taken_once_even_by_twenty_at_a_time()
    {
        var attempts = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ =>
            admin.PostAsync("/api/clients", new JsonObject { ["name"] = "Race", ["clientCode"] = "RACE" })));

        attempts.Count(response => response.StatusCode is HttpStatusCode.Created).ShouldBe(1);
        attempts.Count(response => response.StatusCode is HttpStatusCode.Conflict).ShouldBe(19);
        var winner = (await attempts.Single(response => response.StatusCode is HttpStatusCode.Created).ReadAnswerAsync())["data"]!;
        using var client = server.CreateAnonymousClient();
        client.DefaultRequestHeaders.Add("x-api-key", winner["apiKey"]!.ToString());
        client.DefaultRequestHeaders.Add("x-client-code", "RACE");
        (await client.GetAsync("/api/saas/account", TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("name", "\"\"")]
    [InlineData("name", "null")]
    [InlineData("name", "\"two\\nlines\"")]
    [InlineData("name", "7")]
    [InlineData("clientCode", "\"acme\"")]
    [InlineData("clientCode", "\"ACME_TEST\"")]
    [InlineData("clientCode", "\"../X\"")]
    [InlineData("email", "\"nobody\"")]
    [InlineData("timeZone", "\"India\"")]
    [InlineData("timeZone", "\"India Standard Time\"")]
    [InlineData("region", "\"ZZ\"")]
    [InlineData("currency", "\"XXX\"")]
    [InlineData("apiKey", "\"too-short\"")]
    [InlineData("apiKey", "\"with spaces in it, which no header carries\"")]
    [InlineData("webhookSecret", "\"short\"")]
    public async Task A_wrong_field_is_named(string field, string json)
    {
        var body = new JsonObject { ["name"] = "Somebody", [field] = JsonNode.Parse(json) };

        using var response = await admin.PostAsync("/api/clients", body);

        (await response.ShouldFailAsync(HttpStatusCode.BadRequest, "VALIDATION_ERROR"))["errors"]!.AsObject().ShouldContainKey(field);
    }

    [Fact]
    public async Task A_list_is_a_page_and_can_be_of_one_status()
    {
        var tenant = await server.CreateTenantAsync();
        await admin.AskAsync(HttpMethod.Patch, $"/api/clients/{tenant.Code}", new JsonObject { ["status"] = "paused" });

        using var response = await admin.GetAsync("/api/clients?status=paused&limit=200");
        var answer = await response.ReadAnswerAsync();
        answer["data"]!.AsArray().Count(client => string.Equals(client!["clientCode"]!.ToString(), tenant.Code, StringComparison.Ordinal)).ShouldBe(1);
        answer["data"]!.AsArray().ShouldAllBe(client => client!["status"]!.ToString() == "paused");
        answer["page"]!.GetValue<int>().ShouldBe(1);

        using var wrong = await admin.GetAsync("/api/clients?status=erased");
        await wrong.ShouldFailAsync(HttpStatusCode.BadRequest, "VALIDATION_ERROR");
    }

    [Fact]
    public async Task A_patch_changes_what_it_names_and_null_clears_what_can_be_empty()
    {
        var tenant = await server.CreateTenantAsync(body => body["email"] = "owner@acme.example");

        var changed = await admin.AskAsync(HttpMethod.Patch, $"/api/clients/{tenant.Code}", JsonNode.Parse(
            """{"name":" New name ","email":null,"timeZone":"Europe/Berlin","region":"DE","currency":"EUR","limits":{"triggersPerMinute":5,"weight":3}}"""));
        changed["name"]!.ToString().ShouldBe("New name");
        changed["email"].ShouldBeNull();
        changed["timeZone"]!.ToString().ShouldBe("Europe/Berlin");
        changed["limits"]!["triggersPerMinute"]!.GetValue<int>().ShouldBe(5);

        var again = await admin.AskAsync(HttpMethod.Patch, $"/api/clients/{tenant.Code}", JsonNode.Parse("""{"limits":{"triggersPerMinute":null}}"""));
        again["limits"]!["triggersPerMinute"].ShouldBeNull();
        again["limits"]!["weight"]!.GetValue<int>().ShouldBe(3);
        again["currency"]!.ToString().ShouldBe("EUR");
    }

    [Theory]
    [InlineData("""{"colour":"red"}""", "colour")]
    [InlineData("""{"clientCode":"OTHER"}""", "clientCode")]
    [InlineData("""{"name":null}""", "name")]
    [InlineData("""{"name":"ok","status":"erased"}""", "status")]
    [InlineData("""{"limits":[]}""", "limits")]
    [InlineData("""{"limits":{"weight":0}}""", "limits.weight")]
    [InlineData("""{"limits":{"weight":1.5}}""", "limits.weight")]
    [InlineData("""{"limits":{"speed":1}}""", "limits.speed")]
    public async Task A_patch_that_is_wrong_anywhere_changes_nothing(string body, string path)
    {
        var tenant = await server.CreateTenantAsync();
        var before = await admin.AskAsync(HttpMethod.Get, $"/api/clients/{tenant.Code}");

        using var response = await admin.PatchAsync($"/api/clients/{tenant.Code}", JsonNode.Parse(body)!);

        (await response.ShouldFailAsync(HttpStatusCode.BadRequest, "VALIDATION_ERROR"))["errors"]!.AsObject().ShouldContainKey(path);
        (await admin.AskAsync(HttpMethod.Get, $"/api/clients/{tenant.Code}")).ToJsonString().ShouldBe(before.ToJsonString());
    }

    [Fact]
    public async Task A_suspended_client_is_told_so_only_when_its_key_is_right()
    {
        var tenant = await server.CreateTenantAsync();
        await admin.AskAsync(HttpMethod.Delete, $"/api/clients/{tenant.Code}");

        await (await tenant.GetAsync("/api/saas/account")).ShouldFailAsync(HttpStatusCode.Forbidden, "CLIENT_SUSPENDED");
        using var stranger = server.CreateAnonymousClient();
        stranger.DefaultRequestHeaders.Add("x-api-key", "erix_live_guessedguessedguessedguessedguessed");
        stranger.DefaultRequestHeaders.Add("x-client-code", tenant.Code);
        await (await stranger.GetAsync("/api/saas/account", TestContext.Current.CancellationToken)).ShouldFailAsync(HttpStatusCode.Unauthorized, "UNAUTHORIZED");

        await admin.AskAsync(HttpMethod.Patch, $"/api/clients/{tenant.Code}", new JsonObject { ["status"] = "active" });
        (await tenant.GetAsync("/api/saas/account")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Erasing_takes_two_steps_and_leaves_nothing_but_the_code()
    {
        var tenant = await server.CreateTenantAsync(body => body["email"] = "owner@acme.example");
        var path = $"/api/clients/{tenant.Code}";
        await admin.AskAsync(HttpMethod.Post, $"{path}/secrets", new JsonObject { ["whatsappPhoneNumberId"] = "5551230001" });

        var asked = await admin.AskAsync(HttpMethod.Delete, $"{path}?purge=true");
        asked["status"]!.ToString().ShouldBe("suspended");
        await (await admin.DeleteAsync($"{path}?purge=true&confirm=wrong")).ShouldFailAsync(HttpStatusCode.Conflict, "CONFLICT");
        await (await admin.DeleteAsync($"{path}?purge=perhaps")).ShouldFailAsync(HttpStatusCode.BadRequest, "VALIDATION_ERROR");

        var erased = await admin.AskAsync(HttpMethod.Delete, $"{path}?purge=true&confirm={asked["confirm"]}");
        erased["status"]!.ToString().ShouldBe("erased");

        await (await admin.GetAsync(path)).ShouldFailAsync(HttpStatusCode.NotFound, "NOT_FOUND");
        await (await tenant.GetAsync("/api/saas/account")).ShouldFailAsync(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
        (await TestStorage.HasAsync(server.Folder, tenant.Code)).ShouldBeFalse();
        (await TestStorage.HasAsync(server.Folder, tenant.Code + "_test")).ShouldBeFalse();
        await (await admin.PostAsync("/api/clients", new JsonObject { ["name"] = "Next", ["clientCode"] = tenant.Code })).ShouldFailAsync(HttpStatusCode.Conflict, "CONFLICT");

        var other = await server.CreateTenantAsync();
        await admin.AskAsync(HttpMethod.Post, $"/api/clients/{other.Code}/secrets", new JsonObject { ["whatsappPhoneNumberId"] = "5551230001" });
    }

    [Fact]
    public async Task A_client_that_was_made_active_again_is_not_erased_by_an_old_confirmation()
    {
        var tenant = await server.CreateTenantAsync();
        var asked = await admin.AskAsync(HttpMethod.Delete, $"/api/clients/{tenant.Code}?purge=true");
        await admin.AskAsync(HttpMethod.Patch, $"/api/clients/{tenant.Code}", new JsonObject { ["status"] = "active" });

        using var response = await admin.DeleteAsync($"/api/clients/{tenant.Code}?purge=true&confirm={asked["confirm"]}");

        await response.ShouldFailAsync(HttpStatusCode.Conflict, "CONFLICT");
        (await tenant.GetAsync("/api/saas/account")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("GET", "/api/clients/NOBODY")]
    [InlineData("PATCH", "/api/clients/NOBODY")]
    [InlineData("DELETE", "/api/clients/NOBODY")]
    [InlineData("DELETE", "/api/clients/NOBODY?purge=true")]
    [InlineData("DELETE", "/api/clients/NOBODY?purge=true&confirm=x")]
    [InlineData("GET", "/api/clients/NOBODY/secrets")]
    [InlineData("POST", "/api/clients/NOBODY/secrets")]
    [InlineData("GET", "/api/clients/NOBODY/keys")]
    [InlineData("POST", "/api/clients/NOBODY/keys")]
    [InlineData("DELETE", "/api/clients/NOBODY/keys/6650a1b2c3d4e5f601020304")]
    [InlineData("POST", "/api/clients/NOBODY/rotate-key")]
    [InlineData("POST", "/api/clients/NOBODY/rotate-webhook-secret")]
    [InlineData("POST", "/api/clients/NOBODY/rotate-webhook-secret/complete")]
    public async Task A_client_that_does_not_exist_is_not_found_on_every_route(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method is "POST" or "PATCH")
        {
            request.Content = new StringContent("""{"label":"x","mode":"live"}""", System.Text.Encoding.UTF8, "application/json");
            if (method is "PATCH")
            {
                request.Content = new StringContent("""{"name":"x"}""", System.Text.Encoding.UTF8, "application/json");
            }
        }

        using var response = await admin.Http.SendAsync(request, TestContext.Current.CancellationToken);

        await response.ShouldFailAsync(HttpStatusCode.NotFound, "NOT_FOUND");
    }

    [Fact]
    public async Task No_admin_route_opens_for_a_client_or_from_a_browser()
    {
        var tenant = await server.CreateTenantAsync();

        await (await tenant.GetAsync("/api/clients")).ShouldFailAsync(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
        foreach (var (name, value) in new[] { ("Origin", "https://evil.example"), ("Sec-Fetch-Site", "same-origin") })
        {
            using var browser = server.CreateAdminClient();
            browser.DefaultRequestHeaders.Add(name, value);
            await (await browser.GetAsync("/api/clients", TestContext.Current.CancellationToken)).ShouldFailAsync(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
        }

        await (await admin.GetAsync("/api/saas/account")).ShouldFailAsync(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
    }

    [Fact]
    public async Task Every_change_stands_in_the_audit_log_with_who_and_from_where()
    {
        var tenant = await server.CreateTenantAsync();
        await admin.AskAsync(HttpMethod.Patch, $"/api/clients/{tenant.Code}", new JsonObject { ["name"] = "Secret Person", ["status"] = "paused" });

        var entries = (await admin.AskAsync(HttpMethod.Get, $"/api/admin/audit?client={tenant.Code.ToLowerInvariant()}")).AsArray();

        entries.Select(entry => entry!["action"]!.ToString()).ShouldBe(["client.changed", "client.created"]);
        entries[0]!["actor"]!.ToString().ShouldBe("admin:tests");
        entries[0]!["from"]!.ToString().ShouldStartWith("203.");
        entries[0]!["details"]!["status"]!.ToString().ShouldBe("paused");
        entries.ToJsonString().ShouldNotContain("Secret Person");
    }
}
