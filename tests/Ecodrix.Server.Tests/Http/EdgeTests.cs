using System.Net;
using System.Text;

namespace Ecodrix.Server.Tests.Http;

public sealed class EdgeTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task An_unknown_route_is_a_404_in_the_envelope()
    {
        using var stranger = server.CreateAnonymousClient();
        using var response = await stranger.GetAsync("/no/such/route", TestContext.Current.CancellationToken);

        await response.ShouldFailAsync(HttpStatusCode.NotFound, "NOT_FOUND");
    }

    [Theory]
    [InlineData("my-request.1_A")]
    [InlineData("x")]
    public async Task A_sane_request_id_is_taken_over(string id)
    {
        using var response = await GetWithIdAsync(id);

        response.Headers.GetValues("x-request-id").ShouldBe([id]);
        (await response.ShouldBeErrorAsync())["requestId"]!.GetValue<string>().ShouldBe(id);
    }

    [Theory]
    [InlineData("has space")]
    [InlineData("<script>")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789")]
    public async Task An_insane_request_id_is_replaced(string id)
    {
        using var response = await GetWithIdAsync(id);

        response.Headers.GetValues("x-request-id").Single().ShouldMatch("^[0-9a-f]{24}$");
        await response.ShouldBeErrorAsync();
    }

    [Fact]
    public async Task A_success_has_a_request_id_and_cannot_be_sniffed()
    {
        using var stranger = server.CreateAnonymousClient();
        using var response = await stranger.GetAsync("/health/live", TestContext.Current.CancellationToken);

        await response.ReadDataAsync();
        response.Headers.GetValues("x-request-id").Single().ShouldNotBeEmpty();
        response.Headers.GetValues("x-content-type-options").ShouldBe(["nosniff"]);
        response.Headers.Contains("Server").ShouldBeFalse();
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("text/xml")]
    public async Task A_body_that_is_declared_as_no_JSON_is_refused_as_such(string contentType)
    {
        using var admin = server.CreateAdminClient();
        using var content = new StringContent("""{"name":"x"}""", Encoding.UTF8, contentType);
        using var response = await admin.PostAsync("/api/clients", content, TestContext.Current.CancellationToken);

        await response.ShouldFailAsync(HttpStatusCode.BadRequest, "INVALID_JSON");
    }

    [Fact]
    public async Task A_body_that_is_not_there_is_refused()
    {
        using var admin = server.CreateAdminClient();
        using var response = await admin.PostAsync("/api/clients", content: null, TestContext.Current.CancellationToken);

        await response.ShouldFailAsync(HttpStatusCode.BadRequest, "INVALID_JSON");
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{\"name\":}")]
    [InlineData("nonsense")]
    [InlineData("{\"name\":\"\u0001\"}")]
    [InlineData("{\"name\":\"x\"} trailing")]
    public async Task A_body_that_is_no_JSON_is_refused(string body)
    {
        using var response = await CreateClientAsync(body);

        await response.ShouldFailAsync(HttpStatusCode.BadRequest, "INVALID_JSON");
    }

    [Fact]
    public async Task A_body_that_is_no_UTF8_is_refused()
    {
        using var admin = server.CreateAdminClient();
        using var content = new ByteArrayContent([(byte)'{', (byte)'"', 0xC3, 0x28, (byte)'"', (byte)':', (byte)'1', (byte)'}']);
        content.Headers.TryAddWithoutValidation("content-type", "application/json");
        using var response = await admin.PostAsync("/api/clients", content, TestContext.Current.CancellationToken);

        await response.ShouldFailAsync(HttpStatusCode.BadRequest, "INVALID_JSON");
    }

    [Fact]
    public async Task A_field_of_the_wrong_type_is_named_by_its_path()
    {
        using var response = await CreateClientAsync("""{"name":17}""");

        var answer = await response.ShouldFailAsync(HttpStatusCode.BadRequest, "VALIDATION_ERROR");
        answer["errors"]!["name"]![0]!.GetValue<string>().ShouldBe("must be text");
    }

    [Fact]
    public async Task Nesting_of_more_than_64_levels_is_no_JSON()
    {
        using var response = await CreateClientAsync("""{"name":"x","deep":""" + new string('[', 64) + new string(']', 64) + "}");

        await response.ShouldFailAsync(HttpStatusCode.BadRequest, "INVALID_JSON");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_of_more_than_1_MiB_is_refused_with_or_without_a_declared_length(bool declared)
    {
        using var admin = server.CreateAdminClient();
        using var content = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes($$"""{"name":"{{new string('x', 1024 * 1024)}}"}""")));
        content.Headers.TryAddWithoutValidation("content-type", "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/clients") { Content = content };
        request.Headers.TransferEncodingChunked = !declared;
        using var response = await admin.SendAsync(request, TestContext.Current.CancellationToken);

        await response.ShouldFailAsync(HttpStatusCode.RequestEntityTooLarge, "PAYLOAD_TOO_LARGE");
    }

    [Theory]
    [InlineData("page=0", "page")]
    [InlineData("page=x", "page")]
    [InlineData("limit=201", "limit")]
    [InlineData("limit=-1", "limit")]
    public async Task A_page_that_cannot_be_is_refused_by_name(string query, string field)
    {
        using var admin = server.CreateAdminClient();
        using var response = await admin.GetAsync($"/api/clients?{query}", TestContext.Current.CancellationToken);

        var answer = await response.ShouldFailAsync(HttpStatusCode.BadRequest, "VALIDATION_ERROR");
        answer["errors"]![field].ShouldNotBeNull();
    }

    [Fact]
    public async Task A_page_says_how_much_there_is()
    {
        await server.CreateTenantAsync();
        await server.CreateTenantAsync();
        using var admin = server.CreateAdminClient();
        using var response = await admin.GetAsync("/api/clients?limit=1&page=2", TestContext.Current.CancellationToken);

        var answer = await response.ReadAnswerAsync();
        answer["success"]!.GetValue<bool>().ShouldBeTrue();
        answer["data"]!.AsArray().Count.ShouldBe(1);
        answer["total"]!.GetValue<int>().ShouldBeGreaterThanOrEqualTo(2);
        answer["page"]!.GetValue<int>().ShouldBe(2);
        answer["limit"]!.GetValue<int>().ShouldBe(1);
        answer["totalPages"]!.GetValue<int>().ShouldBe(answer["total"]!.GetValue<int>());
    }

    private Task<HttpResponseMessage> CreateClientAsync(string body)
    {
        var admin = server.CreateAdminClient();
        return admin.PostAsync("/api/clients", new StringContent(body, Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);
    }

    private async Task<HttpResponseMessage> GetWithIdAsync(string id)
    {
        using var stranger = server.CreateAnonymousClient();
        stranger.DefaultRequestHeaders.TryAddWithoutValidation("x-request-id", id);
        return await stranger.GetAsync("/no/such/route", TestContext.Current.CancellationToken);
    }
}
