using System.Net;
using Ecodrix.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Ecodrix.Server.Tests.Operations;

public sealed class HealthTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task Health_says_ok_in_data_and_beside_it()
    {
        using var stranger = server.CreateAnonymousClient();
        using var response = await stranger.GetAsync("/api/saas/health", TestContext.Current.CancellationToken);
        var answer = await response.ReadAnswerAsync();

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer["success"]!.GetValue<bool>().ShouldBeTrue();
        answer["status"]!.GetValue<string>().ShouldBe("ok");
        answer["db"]!.GetValue<string>().ShouldBe("connected");
        answer["uptime"]!.GetValue<long>().ShouldBeGreaterThanOrEqualTo(0);
        answer["data"]!["status"]!.GetValue<string>().ShouldBe("ok");
        answer["data"]!["version"]!.GetValue<string>().ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task A_platform_is_told_that_all_is_well(string path)
    {
        using var stranger = server.CreateAnonymousClient();
        using var response = await stranger.GetAsync(path, TestContext.Current.CancellationToken);

        await response.ReadDataAsync();
    }

    [Fact]
    public async Task A_database_that_does_not_answer_degrades_health_and_readiness_but_not_life()
    {
        await using var broken = await ServerFixture.StartAsync(services: all => all.Replace(ServiceDescriptor.Singleton(
            provider => new Features.Operations.Health.DatabasePulse(new SilentDatabase(), provider.GetRequiredService<TimeProvider>()))));
        using var stranger = broken.CreateAnonymousClient();

        using var health = await stranger.GetAsync("/api/saas/health", TestContext.Current.CancellationToken);
        var answer = await health.ReadAnswerAsync();
        health.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        answer["success"]!.GetValue<bool>().ShouldBeFalse();
        answer["code"]!.GetValue<string>().ShouldBe("UNAVAILABLE");
        answer["status"]!.GetValue<string>().ShouldBe("degraded");
        health.Headers.RetryAfter.ShouldNotBeNull();

        using var ready = await stranger.GetAsync("/health/ready", TestContext.Current.CancellationToken);
        await ready.ShouldFailAsync(HttpStatusCode.ServiceUnavailable, "UNAVAILABLE");

        using var live = await stranger.GetAsync("/health/live", TestContext.Current.CancellationToken);
        await live.ReadDataAsync();
    }

    private sealed class SilentDatabase : IServicesDatabase
    {
        public IDocuments<T> Documents<T>()
            where T : class, IDocument<T> => throw new DatabaseUnavailableException();

        public Task PingAsync(CancellationToken cancellationToken) => throw new DatabaseUnavailableException();
    }
}
