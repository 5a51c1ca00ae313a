using System.Net;
using System.Text.RegularExpressions;

namespace Ecodrix.Server.Tests.Operations;

public sealed partial class PagesTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Theory]
    [InlineData("/")]
    [InlineData("/docs")]
    [InlineData("/live")]
    public async Task A_page_is_under_a_strict_policy_and_runs_no_inline_script(string path)
    {
        using var response = await GetAsync(path);
        var html = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        policy.ShouldStartWith("default-src 'none';");
        policy.ShouldContain("frame-ancestors 'none'");
        policy.ShouldNotContain("unsafe-eval");
        Regex.IsMatch(policy, "script-src[^;]*unsafe-inline").ShouldBeFalse();
        response.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        response.Headers.GetValues("Referrer-Policy").ShouldBe(["no-referrer"]);
        response.Headers.CacheControl!.NoStore.ShouldBeTrue();
        InlineScript().IsMatch(html).ShouldBeFalse();
    }

    [Fact]
    public async Task The_first_page_leads_to_the_reference_the_document_and_health()
    {
        using var response = await GetAsync("/");
        var html = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        foreach (var link in (string[])["/docs", "/openapi/v1.json", "/api/saas/health"])
        {
            html.ShouldContain($"href=\"{link}\"");
            using var target = await GetAsync(link);
            target.StatusCode.ShouldBe(HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task The_reference_loads_scripts_from_this_server_alone()
    {
        using var page = await GetAsync("/docs");
        var html = await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var scripts = Source().Matches(html).Select(match => match.Groups[1].Value).ToArray();

        scripts.Length.ShouldBe(2);
        foreach (var script in scripts)
        {
            script.ShouldStartWith("/");
            using var response = await GetAsync(script);
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
            response.Content.Headers.ContentType!.MediaType.ShouldBe("text/javascript");
        }
    }

    private async Task<HttpResponseMessage> GetAsync(string path)
    {
        using var stranger = server.CreateAnonymousClient();
        return await stranger.GetAsync(path, TestContext.Current.CancellationToken);
    }

    [GeneratedRegex("<script(?![^>]* src=)|\\son\\w+=", RegexOptions.IgnoreCase)]
    private static partial Regex InlineScript();

    [GeneratedRegex("<script[^>]* src=\"([^\"]+)\"")]
    private static partial Regex Source();
}
