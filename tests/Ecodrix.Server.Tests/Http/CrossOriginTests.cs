using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ecodrix.Server.Tests.Http;

/// <summary>Which pages of other origins browsers let call and read.</summary>
public sealed class CrossOriginTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private const string Account = "/api/saas/account";

    private const string AllowOrigin = "Access-Control-Allow-Origin";

    private static int origins;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_preflight_without_a_key_passes_for_an_origin_that_any_client_lists()
    {
        var origin = await ListedAsync(await server.CreateTenantAsync());

        using var response = await PreflightAsync("/api/saas/settings", origin, "PATCH", "content-type,x-api-key,x-client-code");

        response.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await response.Content.ReadAsStringAsync(Cancelled)).ShouldBeEmpty();
        Header(response, AllowOrigin).ShouldBe(origin);
        Header(response, "Access-Control-Allow-Methods").ShouldContain("PATCH");
        Header(response, "Access-Control-Allow-Headers").ShouldBe("content-type,x-api-key,x-client-code");
        Header(response, "Access-Control-Allow-Credentials").ShouldBe("true");
        Header(response, "Access-Control-Max-Age").ShouldBe("7200");
        Header(response, "Vary").ShouldContain("Origin");
    }

    [Theory]
    [InlineData("https://nobody-lists-this.example.com")]
    [InlineData("null")]
    [InlineData("file://")]
    [InlineData("nonsense")]
    public async Task A_preflight_of_an_origin_that_nobody_lists_is_refused(string origin)
    {
        using var response = await PreflightAsync(Account, origin, "GET", "x-api-key");

        await response.ShouldFailAsync(HttpStatusCode.Forbidden, "FORBIDDEN");
        Header(response, AllowOrigin).ShouldBeEmpty();
        Header(response, "Vary").ShouldContain("Origin");
    }

    [Fact]
    public async Task A_page_of_the_callers_own_origin_reads_its_answer_and_the_headers_that_matter()
    {
        var tenant = await server.CreateTenantAsync();
        var origin = await ListedAsync(tenant);

        using var response = await AskAsync(tenant.Http, origin);

        await response.ReadDataAsync();
        Header(response, AllowOrigin).ShouldBe(origin);
        Header(response, "Access-Control-Allow-Credentials").ShouldBe("true");
        Header(response, "Access-Control-Expose-Headers").ShouldContain("ratelimit-remaining");
        Header(response, "Vary").ShouldContain("Origin");
    }

    [Fact]
    public async Task Another_tenants_origin_passes_the_preflight_and_is_refused_with_the_key()
    {
        var tenant = await server.CreateTenantAsync();
        var foreign = await ListedAsync(await server.CreateTenantAsync());
        using var preflight = await PreflightAsync(Account, foreign, "GET", "x-api-key");
        preflight.StatusCode.ShouldBe(HttpStatusCode.NoContent);

        using var response = await AskAsync(tenant.Http, foreign);

        var answer = await response.ShouldFailAsync(HttpStatusCode.Forbidden, "FORBIDDEN");
        answer["hint"]!.GetValue<string>().ShouldContain("/api/saas/cors");
        Header(response, AllowOrigin).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_refused_origin_has_done_nothing()
    {
        var tenant = await server.CreateTenantAsync();
        var foreign = await ListedAsync(await server.CreateTenantAsync());
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/crm/leads") { Content = JsonContent(new JsonObject { ["firstName"] = "Asha", ["phone"] = "+919876543210" }) };
        request.Headers.Add("Origin", foreign);

        using var response = await tenant.Http.SendAsync(request, Cancelled);

        await response.ShouldFailAsync(HttpStatusCode.Forbidden, "FORBIDDEN");
        using var list = await tenant.Http.GetAsync("/api/crm/leads", Cancelled);
        (await list.ReadAnswerAsync())["total"]!.GetValue<int>().ShouldBe(0);
    }

    [Fact]
    public async Task The_test_twin_goes_by_its_clients_list()
    {
        var tenant = await server.CreateTenantAsync();
        var origin = await ListedAsync(tenant);

        using var response = await AskAsync(tenant.TestHttp, origin);

        await response.ReadDataAsync();
        Header(response, AllowOrigin).ShouldBe(origin);
    }

    [Fact]
    public async Task An_origin_that_is_taken_off_the_list_is_refused_from_then_on()
    {
        var tenant = await server.CreateTenantAsync();
        var origin = await ListedAsync(tenant);
        using var removed = await tenant.SendAsync(HttpMethod.Delete, "/api/saas/cors", new JsonObject { ["origin"] = origin });
        await removed.ReadDataAsync();

        using var response = await AskAsync(tenant.Http, origin);
        using var preflight = await PreflightAsync(Account, origin, "GET", "x-api-key");

        await response.ShouldFailAsync(HttpStatusCode.Forbidden, "FORBIDDEN");
        await preflight.ShouldFailAsync(HttpStatusCode.Forbidden, "FORBIDDEN");
    }

    [Fact]
    public async Task A_page_reads_why_its_key_is_wrong_when_any_client_lists_its_origin()
    {
        var origin = await ListedAsync(await server.CreateTenantAsync());
        using var stranger = server.CreateAnonymousClient();
        stranger.DefaultRequestHeaders.Add("Origin", origin);

        using var response = await stranger.GetAsync(Account, Cancelled);

        await response.ShouldFailAsync(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
        Header(response, AllowOrigin).ShouldBe(origin);
    }

    [Fact]
    public async Task What_fails_deep_inside_can_be_read_by_the_page_too()
    {
        var tenant = await server.CreateTenantAsync();
        var origin = await ListedAsync(tenant);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/crm/leads") { Content = new StringContent("{", System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Add("Origin", origin);

        using var response = await tenant.Http.SendAsync(request, Cancelled);

        await response.ShouldFailAsync(HttpStatusCode.BadRequest, "INVALID_JSON");
        Header(response, AllowOrigin).ShouldBe(origin);
    }

    [Fact]
    public async Task What_is_no_page_and_our_own_page_are_let_in_without_a_list()
    {
        var tenant = await server.CreateTenantAsync();

        using var program = await tenant.Http.GetAsync(Account, Cancelled);
        using var own = await AskAsync(tenant.Http, "http://localhost");

        await program.ReadDataAsync();
        Header(program, "Vary").ShouldBeEmpty();
        await own.ReadDataAsync();
        Header(own, AllowOrigin).ShouldBeEmpty();
    }

    [Fact]
    public async Task Operators_routes_answer_no_page()
    {
        var origin = await ListedAsync(await server.CreateTenantAsync());

        using var response = await PreflightAsync("/api/clients", origin, "POST", "x-core-api-key");

        await response.ShouldFailAsync(HttpStatusCode.MethodNotAllowed, "METHOD_NOT_ALLOWED");
        Header(response, AllowOrigin).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_OPTIONS_that_is_no_preflight_is_a_wrong_method()
    {
        using var stranger = server.CreateAnonymousClient();
        using var request = new HttpRequestMessage(HttpMethod.Options, Account);

        using var response = await stranger.SendAsync(request, Cancelled);

        await response.ShouldFailAsync(HttpStatusCode.MethodNotAllowed, "METHOD_NOT_ALLOWED");
    }

    [Fact]
    public async Task Every_tenant_route_answers_a_preflight_for_its_method()
    {
        var origin = await ListedAsync(await server.CreateTenantAsync());
        var routes = server.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<Ecodrix.Server.Http.AudienceOf>() is { Audience: Ecodrix.Server.Http.RouteAudience.Tenant })
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Select(method => (Method: method, Path: "/" + endpoint.RoutePattern.RawText!.Trim('/'))))
            .ToList();
        routes.Count.ShouldBeGreaterThan(50);

        foreach (var (method, path) in routes)
        {
            using var response = await PreflightAsync(path.Replace('{', 'x').Replace('}', 'x'), origin, method, "x-api-key");

            response.StatusCode.ShouldBe(HttpStatusCode.NoContent, $"{method} {path}");
        }
    }

    /// <summary>An origin that only this tenant lists.</summary>
    private static async Task<string> ListedAsync(TenantClient tenant)
    {
        var origin = $"https://page{Interlocked.Increment(ref origins)}.example.com";
        using var listed = await tenant.PostAsync("/api/saas/cors", new JsonObject { ["origin"] = origin });
        await listed.ReadDataAsync(HttpStatusCode.Created);
        return origin;
    }

    private async Task<HttpResponseMessage> PreflightAsync(string path, string origin, string method, string headers)
    {
        using var browser = server.CreateAnonymousClient();
        using var request = new HttpRequestMessage(HttpMethod.Options, path);
        request.Headers.TryAddWithoutValidation("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", method);
        request.Headers.Add("Access-Control-Request-Headers", headers);
        return await browser.SendAsync(request, Cancelled);
    }

    private static async Task<HttpResponseMessage> AskAsync(HttpClient http, string origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Account);
        request.Headers.Add("Origin", origin);
        return await http.SendAsync(request, Cancelled);
    }

    private static StringContent JsonContent(JsonObject body) => new(body.ToJsonString(), System.Text.Encoding.UTF8, "application/json");

    private static string Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : "";
}
