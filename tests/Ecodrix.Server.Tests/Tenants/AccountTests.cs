using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;

namespace Ecodrix.Server.Tests.Tenants;

public sealed class AccountTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task A_client_sees_itself_and_which_mode_its_key_has()
    {
        var tenant = await server.CreateTenantAsync(body => body["email"] = "owner@acme.example");

        var live = await (await tenant.GetAsync("/api/saas/account")).ReadDataAsync();
        var test = await (await tenant.TestHttp.GetAsync("/api/saas/account", TestContext.Current.CancellationToken)).ReadDataAsync();

        live!["clientCode"]!.ToString().ShouldBe(tenant.Code);
        live["email"]!.ToString().ShouldBe("owner@acme.example");
        live["mode"]!.ToString().ShouldBe("live");
        test!["mode"]!.ToString().ShouldBe("test");
        test["clientCode"]!.ToString().ShouldBe(tenant.Code);
    }

    [Fact]
    public async Task A_client_changes_its_own_settings_and_no_other_clients()
    {
        var tenant = await server.CreateTenantAsync();
        var other = await server.CreateTenantAsync();

        var changed = await (await tenant.PatchAsync("/api/saas/settings", JsonNode.Parse("""{"name":"Renamed","timeZone":"Europe/Paris","region":"FR","currency":"EUR"}""")!)).ReadDataAsync();

        changed!["timeZone"]!.ToString().ShouldBe("Europe/Paris");
        (await (await tenant.GetAsync("/api/saas/account")).ReadDataAsync())!["name"]!.ToString().ShouldBe("Renamed");
        (await (await other.GetAsync("/api/saas/account")).ReadDataAsync())!["currency"]!.ToString().ShouldBe("INR");
    }

    [Theory]
    [InlineData("""{"status":"active"}""", "status")]
    [InlineData("""{"limits":{"weight":9}}""", "limits")]
    [InlineData("""{"email":"x@y.example"}""", "email")]
    [InlineData("""{"timeZone":"Mars/Olympus"}""", "timeZone")]
    [InlineData("""{"currency":null}""", "currency")]
    [InlineData("""{"region":"in"}""", "region")]
    public async Task What_a_client_may_not_change_is_refused(string body, string field)
    {
        var tenant = await server.CreateTenantAsync();

        using var response = await tenant.PatchAsync("/api/saas/settings", JsonNode.Parse(body)!);

        (await response.ShouldFailAsync(HttpStatusCode.BadRequest, "VALIDATION_ERROR"))["errors"]!.AsObject().ShouldContainKey(field);
    }

    [Fact]
    public async Task A_key_is_known_by_when_it_was_last_used()
    {
        var tenant = await server.CreateTenantAsync();
        using var admin = new Operator(server);
        await tenant.GetAsync("/api/saas/account");

        await server.Services.GetRequiredService<Features.Tenants.Keys.KeyUse>().WriteAsync(TestContext.Current.CancellationToken);

        var keys = (await admin.AskAsync(HttpMethod.Get, $"/api/clients/{tenant.Code}/keys")).AsArray();
        keys.Single(key => key!["mode"]!.ToString() is "live")!["lastUsedAt"].ShouldNotBeNull();
        keys.Single(key => key!["mode"]!.ToString() is "test")!["lastUsedAt"].ShouldBeNull();
    }
}
