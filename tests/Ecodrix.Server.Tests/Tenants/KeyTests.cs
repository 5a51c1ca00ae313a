using System.Net;
using System.Text.Json.Nodes;
using Ecodrix.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.Server.Tests.Tenants;

public sealed class KeyTests(ServerFixture server) : IClassFixture<ServerFixture>, IDisposable
{
    private readonly Operator admin = new(server);

    public void Dispose() => admin.Dispose();

    [Fact]
    public async Task A_key_is_shown_when_it_is_made_and_listed_by_its_prefix_alone()
    {
        var tenant = await server.CreateTenantAsync();

        var made = await admin.AskAsync(HttpMethod.Post, $"/api/clients/{tenant.Code}/keys", new JsonObject { ["label"] = "website", ["mode"] = "test" });
        var key = made["apiKey"]!.ToString();
        var list = await admin.AskAsync(HttpMethod.Get, $"/api/clients/{tenant.Code}/keys");

        key.ShouldStartWith("erix_test_");
        DocumentId.IsValid(made["key"]!["keyId"]!.ToString()).ShouldBeTrue();
        list.AsArray().Count.ShouldBe(3);
        list[0]!["prefix"]!.ToString().ShouldBe(key[..14]);
        list.ToJsonString().ShouldNotContain(key);
        (await ModeOfAsync(tenant.Code, key)).ShouldBe("test");
    }

    [Fact]
    public async Task A_key_and_a_code_open_only_together()
    {
        var tenant = await server.CreateTenantAsync();
        var other = await server.CreateTenantAsync();

        (await StatusOfAsync(tenant.Code.ToLowerInvariant(), tenant.LiveKey)).ShouldBe(HttpStatusCode.OK);
        (await StatusOfAsync(other.Code, tenant.LiveKey)).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusOfAsync("NOBODY", tenant.LiveKey)).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusOfAsync(null, tenant.LiveKey)).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusOfAsync(tenant.Code, null)).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusOfAsync($"{tenant.Code}_test", tenant.TestKey)).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusOfAsync(tenant.Code, tenant.LiveKey + "x")).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Every_refused_pair_gets_the_very_same_answer()
    {
        var tenant = await server.CreateTenantAsync();
        var bodies = new List<string>();

        foreach (var (code, key) in new[] { (tenant.Code, "erix_live_wrongwrongwrongwrongwrongwrong"), ("NOBODY", tenant.LiveKey), ("NOBODY", "x"), (null, null) })
        {
            using var response = await AccountAsync(code, key);
            var answer = await response.ShouldFailAsync(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
            answer.Remove("requestId");
            bodies.Add(answer.ToJsonString());
        }

        bodies.Distinct(StringComparer.Ordinal).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_revoked_key_is_refused_at_once_and_stays_in_the_list()
    {
        var tenant = await server.CreateTenantAsync();
        var made = await admin.AskAsync(HttpMethod.Post, $"/api/clients/{tenant.Code}/keys", new JsonObject { ["label"] = "old", ["mode"] = "live" });
        (await StatusOfAsync(tenant.Code, made["apiKey"]!.ToString())).ShouldBe(HttpStatusCode.OK);

        var path = $"/api/clients/{tenant.Code}/keys/{made["key"]!["keyId"]}";
        var revoked = await admin.AskAsync(HttpMethod.Delete, path);
        var again = await admin.AskAsync(HttpMethod.Delete, path);

        (await StatusOfAsync(tenant.Code, made["apiKey"]!.ToString())).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusOfAsync(tenant.Code, tenant.LiveKey)).ShouldBe(HttpStatusCode.OK);
        revoked["revokedAt"].ShouldNotBeNull();
        again["revokedAt"]!.ToString().ShouldBe(revoked["revokedAt"]!.ToString());
    }

    [Fact]
    public async Task A_key_of_another_client_cannot_be_revoked_through_this_one()
    {
        var tenant = await server.CreateTenantAsync();
        var other = await server.CreateTenantAsync();
        var keys = await admin.AskAsync(HttpMethod.Get, $"/api/clients/{other.Code}/keys");

        using var response = await admin.DeleteAsync($"/api/clients/{tenant.Code}/keys/{keys[0]!["keyId"]}");

        await response.ShouldFailAsync(HttpStatusCode.NotFound, "NOT_FOUND");
        using var malformed = await admin.DeleteAsync($"/api/clients/{tenant.Code}/keys/nonsense");
        await malformed.ShouldFailAsync(HttpStatusCode.BadRequest, "INVALID_ID");
    }

    [Fact]
    public async Task An_existing_key_is_imported_once()
    {
        var tenant = await server.CreateTenantAsync();
        var other = await server.CreateTenantAsync();
        var import = new JsonObject { ["label"] = "theirs", ["mode"] = "live", ["import"] = $"legacy/{Guid.NewGuid():N}=" };

        await admin.AskAsync(HttpMethod.Post, $"/api/clients/{tenant.Code}/keys", import);
        using var twice = await admin.PostAsync($"/api/clients/{other.Code}/keys", import);

        (await StatusOfAsync(tenant.Code, import["import"]!.ToString())).ShouldBe(HttpStatusCode.OK);
        await twice.ShouldFailAsync(HttpStatusCode.Conflict, "CONFLICT");
    }

    [Fact]
    public async Task A_key_that_was_refused_a_moment_ago_is_known_once_it_is_imported()
    {
        var tenant = await server.CreateTenantAsync();
        var key = $"legacy/{Guid.NewGuid():N}=";
        (await StatusOfAsync(tenant.Code, key)).ShouldBe(HttpStatusCode.Unauthorized);

        await admin.AskAsync(HttpMethod.Post, $"/api/clients/{tenant.Code}/keys", new JsonObject { ["label"] = "theirs", ["mode"] = "live", ["import"] = key });

        (await StatusOfAsync(tenant.Code, key)).ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("""{"mode":"live"}""", "label")]
    [InlineData("""{"label":" ","mode":"live"}""", "label")]
    [InlineData("""{"label":"x"}""", "mode")]
    [InlineData("""{"label":"x","mode":"both"}""", "mode")]
    [InlineData("""{"label":"x","mode":"live","expiresAt":"2001-01-01T00:00:00Z"}""", "expiresAt")]
    [InlineData("""{"label":"x","mode":"live","expiresAt":"tomorrow"}""", "expiresAt")]
    [InlineData("""{"label":"x","mode":"live","import":"short"}""", "import")]
    public async Task A_wrong_field_of_a_key_is_named(string body, string field)
    {
        var tenant = await server.CreateTenantAsync();

        using var response = await admin.PostAsync($"/api/clients/{tenant.Code}/keys", JsonNode.Parse(body));

        (await response.ShouldFailAsync(HttpStatusCode.BadRequest, "VALIDATION_ERROR"))["errors"]!.AsObject().ShouldContainKey(field);
    }

    [Fact]
    public async Task A_rotated_key_works_on_until_its_time_of_grace_is_over_and_test_keys_are_untouched()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.Parse("2026-03-15T09:30:00Z", System.Globalization.CultureInfo.InvariantCulture));
        await using var timed = new ServerFixture().WithClock(clock);
        await timed.InitializeAsync();
        using var owner = new Operator(timed);
        var tenant = await timed.CreateTenantAsync();

        var rotated = await owner.AskAsync(HttpMethod.Post, $"/api/clients/{tenant.Code}/rotate-key", new JsonObject { ["graceHours"] = 2 });
        var fresh = rotated["apiKey"]!.ToString();

        rotated["othersEnding"]!.GetValue<int>().ShouldBe(1);
        (await StatusOfAsync(tenant.Code, tenant.LiveKey, timed)).ShouldBe(HttpStatusCode.OK);
        clock.Advance(TimeSpan.FromHours(2) - TimeSpan.FromSeconds(1));
        (await StatusOfAsync(tenant.Code, tenant.LiveKey, timed)).ShouldBe(HttpStatusCode.OK);
        clock.Advance(TimeSpan.FromSeconds(1));
        (await StatusOfAsync(tenant.Code, tenant.LiveKey, timed)).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusOfAsync(tenant.Code, fresh, timed)).ShouldBe(HttpStatusCode.OK);
        (await StatusOfAsync(tenant.Code, tenant.TestKey, timed)).ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("""{"graceHours":-1}""", "graceHours")]
    [InlineData("""{"graceHours":721}""", "graceHours")]
    [InlineData("""{"graceHours":"2"}""", "graceHours")]
    [InlineData("""{"mode":"both"}""", "mode")]
    public async Task A_wrong_rotation_is_refused(string body, string field)
    {
        var tenant = await server.CreateTenantAsync();

        using var response = await admin.PostAsync($"/api/clients/{tenant.Code}/rotate-key", JsonNode.Parse(body));

        (await response.ShouldFailAsync(HttpStatusCode.BadRequest, "VALIDATION_ERROR"))["errors"]!.AsObject().ShouldContainKey(field);
        (await StatusOfAsync(tenant.Code, tenant.LiveKey)).ShouldBe(HttpStatusCode.OK);
    }

    private Task<HttpResponseMessage> AccountAsync(string? code, string? key) => AccountAsync(code, key, server);

    private static async Task<HttpResponseMessage> AccountAsync(string? code, string? key, ServerFixture at)
    {
        using var client = at.CreateAnonymousClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/saas/account");
        if (key is not null)
        {
            request.Headers.Add("x-api-key", key);
        }

        if (code is not null)
        {
            request.Headers.Add("x-client-code", code);
        }

        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private Task<HttpStatusCode> StatusOfAsync(string? code, string? key) => StatusOfAsync(code, key, server);

    private static async Task<HttpStatusCode> StatusOfAsync(string? code, string? key, ServerFixture at)
    {
        using var response = await AccountAsync(code, key, at);
        return response.StatusCode;
    }

    private async Task<string> ModeOfAsync(string code, string key)
    {
        using var response = await AccountAsync(code, key);
        return (await response.ReadDataAsync())!["mode"]!.ToString();
    }
}
