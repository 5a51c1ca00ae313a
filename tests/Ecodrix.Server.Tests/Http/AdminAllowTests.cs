using System.Net;

namespace Ecodrix.Server.Tests.Http;

/// <summary>Where the admin API answers to some addresses alone.</summary>
public sealed class AdminAllowTests : IAsyncLifetime
{
    private ServerFixture server = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        server = await ServerFixture.StartAsync(settings: new Dictionary<string, string>(StringComparer.Ordinal) { ["ECODRIX_ADMIN_ALLOW"] = "198.51.100.7,2001:db8:1::/48" });

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Theory]
    [InlineData("198.51.100.7", true)]
    [InlineData("198.51.100.8", false)]
    [InlineData("2001:db8:1:2::9", true)]
    [InlineData("2001:db8:2::9", false)]
    [InlineData("::ffff:198.51.100.7", true)]
    [InlineData("127.0.0.1", false)]
    public async Task An_operator_is_let_in_from_there_and_from_nowhere_else(string address, bool isLetIn)
    {
        using var asked = await AskAsync("/api/clients", address, ("x-core-api-key", ServerFixture.AdminKey));

        if (isLetIn)
        {
            asked.StatusCode.ShouldBe(HttpStatusCode.OK);
        }
        else
        {
            await asked.ShouldFailAsync(HttpStatusCode.Forbidden, "FORBIDDEN");
        }
    }

    [Fact]
    public async Task From_elsewhere_a_right_key_is_told_apart_from_a_wrong_one_by_nothing()
    {
        using var right = await AskAsync("/api/clients", "203.0.113.9", ("x-core-api-key", ServerFixture.AdminKey));
        using var wrong = await AskAsync("/api/clients", "203.0.113.9", ("x-core-api-key", "wrong"));

        (right.StatusCode, wrong.StatusCode).ShouldBe((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden));
    }

    [Fact]
    public async Task Health_and_clients_do_not_go_by_it()
    {
        using var health = await AskAsync("/api/saas/health", "203.0.113.9");
        using var client = await AskAsync("/api/saas/account", "203.0.113.9", ("x-api-key", "nobody's"), ("x-client-code", "NOBODY"));

        health.StatusCode.ShouldBe(HttpStatusCode.OK);
        await client.ShouldFailAsync(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
    }

    private async Task<HttpResponseMessage> AskAsync(string path, string address, params (string Name, string Value)[] headers)
    {
        using var client = server.CreateAnonymousClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        client.DefaultRequestHeaders.Remove("X-Forwarded-For");
        request.Headers.Add("X-Forwarded-For", address);
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return await client.SendAsync(request, Cancelled);
    }
}
