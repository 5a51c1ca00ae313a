using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.Server.Tests.Events;

public sealed class DailyQuotaTests : IAsyncLifetime
{
    // 09:30 in UTC is 15:00 in the client's zone, so its day ends nine hours later.
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 3, 15, 9, 30, 0, TimeSpan.Zero));

    private ServerFixture server = null!;

    public async ValueTask InitializeAsync() =>
        server = await ServerFixture.StartAsync(services: all => all.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock)));

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task A_client_fires_as_many_events_a_day_as_it_may_and_more_from_its_own_midnight()
    {
        var tenant = await server.CreateTenantAsync();
        var other = await server.CreateTenantAsync();
        await tenant.FiredAsync(EventIntents.Event("go"));
        await LimitAsync(tenant, 2);
        await tenant.FiredAsync(EventIntents.Event("go"));

        using var refused = await tenant.FireAsync(EventIntents.Event("go"));
        await refused.ShouldFailAsync(HttpStatusCode.PaymentRequired, "QUOTA_EXCEEDED");
        await other.FiredAsync(EventIntents.Event("go"));

        clock.Advance(TimeSpan.FromHours(9));
        await tenant.FiredAsync(EventIntents.Event("go"));
    }

    private async Task LimitAsync(TenantClient tenant, int dailyEvents)
    {
        using var admin = server.CreateAdminClient();
        var change = new JsonObject { ["limits"] = new JsonObject { ["dailyEvents"] = dailyEvents } };
        using var response = await admin.PatchAsJsonAsync($"/api/clients/{tenant.Code}", change, TestContext.Current.CancellationToken);
        await response.ReadDataAsync();
    }
}
