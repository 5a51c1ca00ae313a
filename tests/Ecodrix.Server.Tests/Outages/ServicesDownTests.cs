using System.Diagnostics;
using System.Net;
using Ecodrix.Loopback;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Server.Tests.Sources;

namespace Ecodrix.Server.Tests.Outages;

/// <summary>When the server of the services database is cut off, or answers nothing.</summary>
public sealed class ServicesDownTests
{
    /// <summary>What counts as at once, on a machine that does other things besides.</summary>
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(3);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Requests_are_refused_at_once_health_says_so_and_all_goes_on_by_itself(bool silently)
    {
        await using var own = new OwnServer();
        using var wire = new Wire(own.Host);
        await using var server = await ServerFixture.StartAsync(
            settings: new Dictionary<string, string>(StringComparer.Ordinal) { ["ECODRIX_DATABASE"] = own.AddressOf("services", wire) });
        var tenant = await server.CreateTenantAsync();
        using var anyone = server.CreateAnonymousClient();
        await tenant.FiredAsync(EventIntents.Event("before"));

        if (silently)
        {
            wire.FallSilent();
        }
        else
        {
            wire.Cut();
        }

        (await RefusedAfterAsync(tenant)).ShouldBeLessThan(Promised + TimeSpan.FromSeconds(1)); // The machine's own share.
        for (var attempt = 0; attempt < 20; attempt++)
        {
            (await RefusedAfterAsync(tenant)).ShouldBeLessThan(AtOnce);
        }

        (await StatusAsync(anyone, "/api/saas/health")).ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await StatusAsync(anyone, "/health/ready")).ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await StatusAsync(anyone, "/health/live")).ShouldBe(HttpStatusCode.OK);

        wire.Mend();
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (await StatusAsync(anyone, "/health/ready") is not HttpStatusCode.OK)
        {
            await ticks.WaitForNextTickAsync(Cancelled);
        }

        (await StatusAsync(anyone, "/api/saas/health")).ShouldBe(HttpStatusCode.OK);
        await tenant.FiredAsync(EventIntents.Event("after"));
    }

    private static async Task<TimeSpan> RefusedAfterAsync(TenantClient tenant)
    {
        var began = Stopwatch.GetTimestamp();
        using var refused = await tenant.FireAsync(EventIntents.Event("meanwhile"));
        var taken = Stopwatch.GetElapsedTime(began);
        await refused.ShouldFailAsync(HttpStatusCode.ServiceUnavailable, "UNAVAILABLE");
        return taken;
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path, Cancelled);
        return answer.StatusCode;
    }
}
