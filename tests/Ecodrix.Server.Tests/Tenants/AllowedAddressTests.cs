using System.Net;
using System.Text.Json.Nodes;
using Ecodrix.Server.Features.Tenants;

namespace Ecodrix.Server.Tests.Tenants;

/// <summary>A key may be bound to the addresses from which it is taken.</summary>
public sealed class AllowedAddressTests(ServerFixture server) : IClassFixture<ServerFixture>, IDisposable
{
    private const string Keys = "/api/saas/keys";

    private readonly Operator admin = new(server);

    public void Dispose() => admin.Dispose();

    [Theory]
    [InlineData("198.51.100.7", "198.51.100.7", true)]
    [InlineData("198.51.100.7", "198.51.100.8", false)]
    [InlineData("198.51.100.0/24", "198.51.100.255", true)]
    [InlineData("198.51.100.0/24", "198.51.101.0", false)]
    [InlineData("198.51.100.1/24", "198.51.100.9", true)]
    [InlineData("2001:db8::/32", "2001:db8:ffff::1", true)]
    [InlineData("2001:db8::/32", "2001:db9::1", false)]
    [InlineData("::ffff:198.51.100.7", "198.51.100.7", true)]
    [InlineData("0.0.0.0/0", "198.51.100.7", true)]
    [InlineData("0.0.0.0/0", "2001:db8::1", false)]
    public async Task A_key_is_taken_from_its_addresses_and_from_nowhere_else(string allowed, string from, bool isTaken)
    {
        var tenant = await server.CreateTenantAsync();
        var key = await KeyAsync(tenant, new JsonArray(allowed));

        using var response = await AskAsync(tenant, key, from, HttpMethod.Get, "/api/saas/account");

        if (isTaken)
        {
            await response.ReadDataAsync();
        }
        else
        {
            (await response.ShouldFailAsync(HttpStatusCode.Forbidden, "FORBIDDEN"))["message"]!.GetValue<string>().ShouldContain("address");
        }
    }

    [Fact]
    public async Task Another_clients_code_is_refused_as_ever_whatever_the_address()
    {
        var tenant = await server.CreateTenantAsync();
        var other = await server.CreateTenantAsync();
        var key = await KeyAsync(tenant, new JsonArray("198.51.100.7"));

        using var response = await AskAsync(other, key, "198.51.100.7", HttpMethod.Get, "/api/saas/account");

        await response.ShouldFailAsync(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
    }

    [Theory]
    [InlineData("[]", "allowedIps")]
    [InlineData("""["nonsense"]""", "allowedIps[0]")]
    [InlineData("""["198.51.100.7","198.51.100.0/"]""", "allowedIps[1]")]
    [InlineData("""["1/24"]""", "allowedIps[0]")]
    [InlineData("""["::ffff:198.51.100.0/120"]""", "allowedIps[0]")]
    [InlineData("""["198.51.100.7/33"]""", "allowedIps[0]")]
    [InlineData("""["1"]""", "allowedIps[0]")]
    [InlineData("""["0x7f.1"]""", "allowedIps[0]")]
    [InlineData("""["010.0.0.1"]""", "allowedIps[0]")]
    [InlineData("""["fe80::1%eth0"]""", "allowedIps[0]")]
    [InlineData("""[null]""", "allowedIps[0]")]
    [InlineData("""[""]""", "allowedIps[0]")]
    public async Task What_is_no_address_is_refused_by_its_path(string ips, string path)
    {
        var tenant = await server.CreateTenantAsync();

        using var response = await tenant.PostAsync(Keys, new JsonObject { ["label"] = "x", ["mode"] = "live", ["allowedIps"] = JsonNode.Parse(ips) });

        (await response.ShouldFailAsync(HttpStatusCode.BadRequest, "VALIDATION_ERROR"))["errors"]![path].ShouldNotBeNull();
    }

    [Fact]
    public async Task A_bound_key_makes_keys_that_are_bound_as_it_is_or_closer()
    {
        var tenant = await server.CreateTenantAsync();
        var key = await KeyAsync(tenant, new JsonArray("198.51.100.0/24"));

        using var inherits = await MakeAsync(tenant, key, null);
        using var closer = await MakeAsync(tenant, key, new JsonArray("198.51.100.128/25", "198.51.100.7"));
        using var wider = await MakeAsync(tenant, key, new JsonArray("198.51.0.0/16"));
        using var elsewhere = await MakeAsync(tenant, key, new JsonArray("198.51.100.7", "203.0.113.7"));

        Ips(await inherits.ReadDataAsync(HttpStatusCode.Created)).ShouldBe(["198.51.100.0/24"]);
        Ips(await closer.ReadDataAsync(HttpStatusCode.Created)).ShouldBe(["198.51.100.128/25", "198.51.100.7/32"]);
        await wider.ShouldFailAsync(HttpStatusCode.Forbidden, "FORBIDDEN");
        await elsewhere.ShouldFailAsync(HttpStatusCode.Forbidden, "FORBIDDEN");
    }

    [Fact]
    public async Task A_bound_key_ends_no_key_that_is_taken_from_anywhere()
    {
        var tenant = await server.CreateTenantAsync();
        var key = await KeyAsync(tenant, new JsonArray("198.51.100.7"));
        var free = (await admin.AskAsync(HttpMethod.Get, $"/api/clients/{tenant.Code}/keys")).AsArray().Single(one => one!["label"]!.GetValue<string>() is "default" && one["mode"]!.GetValue<string>() is "live")!;

        using var response = await AskAsync(tenant, key, "198.51.100.7", HttpMethod.Delete, $"{Keys}/{free["keyId"]}");

        await response.ShouldFailAsync(HttpStatusCode.Forbidden, "FORBIDDEN");
        free["allowedIps"].ShouldBeNull();
    }

    [Fact]
    public void Addresses_cover_what_lies_within_them()
    {
        var office = AllowedAddresses.Of(["198.51.100.0/24", "2001:db8::/32"]);

        AllowedAddresses.Anywhere.Cover(office).ShouldBeTrue();
        office.Cover(AllowedAddresses.Anywhere).ShouldBeFalse();
        office.Cover(office).ShouldBeTrue();
        office.Cover(AllowedAddresses.Of(["198.51.100.0/23"])).ShouldBeFalse();
        office.Cover(AllowedAddresses.Of(["2001:db8:1::/48", "198.51.100.1"])).ShouldBeTrue();
        AllowedAddresses.Anywhere.Texts.ShouldBeNull();
    }

    private async Task<string> KeyAsync(TenantClient tenant, JsonArray ips) =>
        (await admin.AskAsync(HttpMethod.Post, $"/api/clients/{tenant.Code}/keys", new JsonObject { ["label"] = "bound", ["mode"] = "live", ["allowedIps"] = ips }))["apiKey"]!.GetValue<string>();

    private Task<HttpResponseMessage> MakeAsync(TenantClient tenant, string key, JsonArray? ips)
    {
        var body = new JsonObject { ["label"] = "made", ["mode"] = "live" };
        if (ips is not null)
        {
            body["allowedIps"] = ips;
        }

        return AskAsync(tenant, key, "198.51.100.7", HttpMethod.Post, Keys, body);
    }

    private async Task<HttpResponseMessage> AskAsync(TenantClient tenant, string key, string from, HttpMethod method, string path, JsonObject? body = null)
    {
        using var http = server.CreateAnonymousClient();
        http.DefaultRequestHeaders.Remove("X-Forwarded-For");
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Add("X-Forwarded-For", from);
        request.Headers.Add("x-api-key", key);
        request.Headers.Add("x-client-code", tenant.Code);
        request.Content = body is null ? null : new StringContent(body.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
        return await http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static IEnumerable<string> Ips(JsonNode? made) => made!["key"]!["allowedIps"]!.AsArray().Select(ip => ip!.GetValue<string>());
}
