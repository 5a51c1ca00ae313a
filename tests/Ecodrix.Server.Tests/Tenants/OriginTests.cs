using System.Net;
using System.Text.Json.Nodes;
using Ecodrix.Server.Features.Tenants;
using Ecodrix.Server.Features.Tenants.Origins;
using Ecodrix.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Ecodrix.Server.Tests.Tenants;

/// <summary>A client lists the web origins from which its pages call.</summary>
public sealed class OriginTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private const string Cors = "/api/saas/cors";

    private const string Dashboard = "https://dashboard.example.com";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private OriginDoor Door => server.Services.GetRequiredService<OriginDoor>();

    [Fact]
    public async Task An_origin_is_allowed_while_its_client_lists_it()
    {
        var tenant = await server.CreateTenantAsync();
        (await IsAllowedAsync(tenant, Dashboard)).ShouldBeFalse();

        (await AddAsync(tenant, "https://Dashboard.Example.com:443/")).ShouldBe(Dashboard);
        (await AddAsync(tenant, Dashboard)).ShouldBe(Dashboard);

        (await ListAsync(tenant)).ShouldBe([Dashboard]);
        (await IsAllowedAsync(tenant, Dashboard)).ShouldBeTrue();
        (await IsAllowedAsync(tenant, "https://dashboard.example.com:8443")).ShouldBeFalse();
        (await IsAllowedAsync(tenant, "http://dashboard.example.com")).ShouldBeFalse();
        using var removed = await tenant.SendAsync(HttpMethod.Delete, Cors, new JsonObject { ["origin"] = Dashboard });
        await removed.ReadDataAsync();
        (await IsAllowedAsync(tenant, Dashboard)).ShouldBeFalse();
        (await ListAsync(tenant)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Another_tenants_origin_is_known_and_not_allowed()
    {
        const string Foreign = "https://foreign.example.com";
        var tenant = await server.CreateTenantAsync();
        var other = await server.CreateTenantAsync();
        (await Door.IsKnownAsync(Foreign, Cancelled)).ShouldBeFalse();
        await AddAsync(other, Foreign);

        (await Door.IsKnownAsync(Foreign, Cancelled)).ShouldBeTrue();
        (await IsAllowedAsync(tenant, Foreign)).ShouldBeFalse();
        (await ListAsync(tenant)).ShouldBeEmpty();
        using var removed = await tenant.SendAsync(HttpMethod.Delete, Cors, new JsonObject { ["origin"] = Foreign });
        await removed.ShouldFailAsync(HttpStatusCode.NotFound, "NOT_FOUND");
        (await IsAllowedAsync(other, Foreign)).ShouldBeTrue();
    }

    [Fact]
    public async Task What_is_no_page_has_no_origin_and_is_let_in()
    {
        var tenant = await server.CreateTenantAsync();

        (await Door.IsKnownAsync(null, Cancelled)).ShouldBeTrue();
        (await IsAllowedAsync(tenant, null)).ShouldBeTrue();
        (await IsAllowedAsync(tenant, "null")).ShouldBeFalse();
    }

    [Fact]
    public async Task The_test_twin_goes_by_the_same_list()
    {
        var tenant = await server.CreateTenantAsync();
        await AddAsync(tenant, Dashboard);

        (await Door.IsAllowedAsync(TenantId.Parse(tenant.Code).Test, Dashboard, Cancelled)).ShouldBeTrue();
    }

    [Theory]
    [InlineData("https://a.example.com/path")]
    [InlineData("https://a.example.com/?q=1")]
    [InlineData("https://user:pw@a.example.com")]
    [InlineData("ftp://a.example.com")]
    [InlineData("a.example.com")]
    [InlineData("*")]
    [InlineData("null")]
    [InlineData("")]
    public async Task What_is_no_origin_is_refused(string origin)
    {
        var tenant = await server.CreateTenantAsync();

        using var response = await tenant.PostAsync(Cors, new JsonObject { ["origin"] = origin });

        (await response.ShouldFailAsync(HttpStatusCode.BadRequest, "VALIDATION_ERROR"))["errors"]!["origin"].ShouldNotBeNull();
    }

    [Theory]
    [InlineData("https://EXAMPLE.com:443", "https://example.com")]
    [InlineData("http://example.com:80/", "http://example.com")]
    [InlineData("http://localhost:3000", "http://localhost:3000")]
    [InlineData("http://[::1]:3000", "http://[::1]:3000")]
    [InlineData("https://bücher.example", "https://xn--bcher-kva.example")]
    public void An_origin_is_kept_as_browsers_write_it(string given, string expected) => CorsOrigin.Normalise(given).ShouldBe(expected);

    [Fact]
    public async Task A_client_lists_at_most_a_hundred()
    {
        var tenant = await server.CreateTenantAsync();
        for (var number = 0; number < OriginBook.Most; number++)
        {
            await AddAsync(tenant, $"https://a{number}.example.com");
        }

        using var response = await tenant.PostAsync(Cors, new JsonObject { ["origin"] = Dashboard });

        await response.ShouldFailAsync(HttpStatusCode.Conflict, "CONFLICT");
    }

    private ValueTask<bool> IsAllowedAsync(TenantClient tenant, string? origin) => Door.IsAllowedAsync(TenantId.Parse(tenant.Code), origin, Cancelled);

    private static async Task<string> AddAsync(TenantClient tenant, string origin)
    {
        using var response = await tenant.PostAsync(Cors, new JsonObject { ["origin"] = origin });
        return (await response.ReadDataAsync(HttpStatusCode.Created))!["origin"]!.GetValue<string>();
    }

    private static async Task<IReadOnlyList<string>> ListAsync(TenantClient tenant)
    {
        using var response = await tenant.GetAsync(Cors);
        return [.. (await response.ReadDataAsync())!.AsArray().Select(view => view!["origin"]!.GetValue<string>())];
    }
}
