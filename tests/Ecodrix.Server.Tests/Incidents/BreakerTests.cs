using System.Net;
using System.Text.Json.Nodes;
using Ecodrix.Server.Delivery;
using Ecodrix.Server.Features.Callbacks.Receivers;
using Ecodrix.Server.Tests.Callbacks;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.Server.Tests.Incidents;

/// <summary>A receiver that fails again and again is left alone, but for a probe a minute.</summary>
public sealed class BreakerTests : IAsyncLifetime
{
    private const string Logs = "/api/saas/callbacks/logs";

    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 3, 15, 9, 30, 0, TimeSpan.Zero));

    private readonly ServerFixture server = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private IDocuments<Receiver> Receivers => server.Services.GetRequiredService<IServicesDatabase>().Documents<Receiver>();

    private ReceiverBook Book => server.Services.GetRequiredService<ReceiverBook>();

    public async ValueTask InitializeAsync()
    {
        server.WithClock(clock);
        await server.InitializeAsync();
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task After_twenty_failures_in_a_row_callbacks_wait_and_one_a_minute_is_tried_until_one_succeeds()
    {
        await using var receiver = await CallbackReceiver.StartAsync([.. Enumerable.Repeat(HttpStatusCode.InternalServerError, Receiver.Threshold + 1)]);
        var tenant = await server.CreateTenantAsync();
        for (var number = 0; number < Receiver.Threshold; number++)
        {
            await FireAsync(tenant, receiver);
            await receiver.NextAsync();
        }

        await server.DrainAsync();
        await FireAsync(tenant, receiver);
        await server.DrainAsync();
        var waiting = (await tenant.ReadDataAsync(Logs))[0]!;
        waiting["attempts"]!.GetValue<int>().ShouldBe(0);
        waiting.Text("heldFor").ShouldContain("20 times");
        receiver.IsEmpty.ShouldBeTrue();

        // All are due by now, and one of them is the probe, which fails.
        clock.Advance(TimeSpan.FromMinutes(2));
        await server.DrainAsync();
        await receiver.NextAsync();
        receiver.IsEmpty.ShouldBeTrue();

        // The next succeeds, and with it all go on.
        clock.Advance(TimeSpan.FromMinutes(10));
        var delivered = new HashSet<string>(StringComparer.Ordinal);
        while (delivered.Count <= Receiver.Threshold)
        {
            var next = receiver.NextAsync();
            while (!next.IsCompleted)
            {
                // Who asked a moment before the breaker closed, and was laid to rest a moment after, goes on two seconds later.
                clock.Advance(TimeSpan.FromMilliseconds(10));
                await server.DrainAsync();
                await Task.Yield();
            }

            delivered.Add((await next).Headers["webhook-id"]).ShouldBeTrue();
        }

        await server.DrainAsync();
        receiver.IsEmpty.ShouldBeTrue();
        (await Receivers.CountAsync(null, 10, Cancelled)).ShouldBe(0);
        await tenant.ReadsAsync($"{Logs}?startDate=2026-03-15&limit=50", logs => logs.AsArray().All(log => log!.Text("status") is "delivered"));
    }

    [Fact]
    public async Task A_receiver_that_takes_callbacks_or_fails_now_and_then_costs_no_document()
    {
        await using var receiver = await CallbackReceiver.StartAsync([HttpStatusCode.OK, .. Enumerable.Repeat(HttpStatusCode.BadGateway, Receiver.CountedFrom - 1)]);
        var tenant = await server.CreateTenantAsync();
        for (var number = 0; number <= Receiver.CountedFrom; number++)
        {
            await FireAsync(tenant, receiver);
            await receiver.NextAsync();
            await server.DrainAsync();
            (await Receivers.CountAsync(null, 10, Cancelled)).ShouldBe(0);
        }
    }

    [Fact]
    public async Task Of_two_processes_only_one_sends_the_probe_and_a_restart_forgets_nothing()
    {
        var (tenant, host) = (TenantId.Parse((await server.CreateTenantAsync()).Code), "shop.example");
        await OpenAsync(tenant, host);
        var elsewhere = Another();
        (await elsewhere.AdmitAsync(tenant, host, Cancelled)).ShouldBeOfType<Admission.Waits>().Until.ShouldBeGreaterThan(clock.GetUtcNow());

        clock.Advance(TimeSpan.FromMinutes(1));
        Admission[] answers = await Task.WhenAll(Book.AdmitAsync(tenant, host, Cancelled).AsTask(), elsewhere.AdmitAsync(tenant, host, Cancelled).AsTask());
        answers.OfType<Admission.Granted>().Count().ShouldBe(1);
        answers.OfType<Admission.Waits>().Count().ShouldBe(1);

        var restarted = Another();
        (await restarted.AdmitAsync(tenant, host, Cancelled)).ShouldBeOfType<Admission.Waits>();
    }

    [Fact]
    public async Task Many_that_wait_get_times_of_their_own()
    {
        var (tenant, host) = (TenantId.Parse((await server.CreateTenantAsync()).Code), "shop.example");
        await OpenAsync(tenant, host);

        var times = new HashSet<DateTimeOffset>();
        for (var number = 0; number < 500; number++)
        {
            times.Add((await Book.AdmitAsync(tenant, host, Cancelled)).ShouldBeOfType<Admission.Waits>().Until);
        }

        times.Count.ShouldBe(500);
        times.Max().ShouldBeLessThanOrEqualTo(clock.GetUtcNow() + TimeSpan.FromMinutes(31));
    }

    [Fact]
    public async Task After_an_hour_the_tenant_is_told_once_and_nobody_else()
    {
        var owner = await server.CreateTenantAsync();
        var other = await server.CreateTenantAsync();
        await OpenAsync(TenantId.Parse(owner.Code), "shop.example");
        (await owner.ReadDataAsync("/api/crm/notifications")).AsArray().ShouldBeEmpty();

        foreach (var _ in Enumerable.Range(0, 2))
        {
            clock.Advance(TimeSpan.FromMinutes(61));
            await Book.FailedAsync(TenantId.Parse(owner.Code), "shop.example", Cancelled);
        }

        var told = (await owner.ReadDataAsync("/api/crm/notifications")).AsArray().Single()!;
        told.Text("message").ShouldContain("shop.example");
        (await other.ReadDataAsync("/api/crm/notifications")).AsArray().ShouldBeEmpty();
        using var strange = await other.PatchAsync($"/api/crm/notifications/{told.Text("_id")}/read", new JsonObject());
        await strange.ShouldFailAsync(HttpStatusCode.NotFound, "NOT_FOUND");

        using var read = await owner.PatchAsync($"/api/crm/notifications/{told.Text("_id")}/read", new JsonObject());
        (await read.ReadDataAsync())!["readAt"].ShouldNotBeNull();
        (await owner.ReadDataAsync("/api/crm/notifications?unread=true")).AsArray().ShouldBeEmpty();
        using var dismissed = await owner.PatchAsync($"/api/crm/notifications/{told.Text("_id")}/dismiss", new JsonObject());
        await dismissed.ReadDataAsync();
        (await owner.ReadDataAsync("/api/crm/notifications")).AsArray().ShouldBeEmpty();
        using var cleared = await owner.DeleteAsync("/api/crm/notifications");
        (await cleared.ReadDataAsync())!["deleted"]!.GetValue<int>().ShouldBe(1);
        using var wrong = await owner.GetAsync("/api/crm/notifications?unread=maybe");
        await wrong.ShouldFailAsync(HttpStatusCode.BadRequest, "VALIDATION_ERROR");
    }

    [Fact]
    public async Task After_five_days_callbacks_fail_at_once_until_a_resend_succeeds()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        var tenant = await server.CreateTenantAsync();
        var id = TenantId.Parse(tenant.Code);
        await OpenAsync(id, receiver.Url.Authority);
        clock.Advance(TimeSpan.FromDays(5));
        await Book.FailedAsync(id, receiver.Url.Authority, Cancelled);

        await FireAsync(tenant, receiver);
        await server.DrainAsync();
        var failed = (await tenant.ReadDataAsync(Logs))[0]!;
        failed.Text("status").ShouldBe("failed");
        failed.Text("lastError").ShouldContain("disabled");
        receiver.IsEmpty.ShouldBeTrue();

        using var resent = await tenant.PostAsync($"{Logs}/{failed.Text("_id")}/resend");
        await resent.ReadDataAsync(HttpStatusCode.Accepted);
        (await receiver.NextAsync()).Headers["webhook-id"].ShouldBe(failed.Text("_id"));
        await server.DrainAsync();
        (await Receivers.CountAsync(null, 10, Cancelled)).ShouldBe(0);
    }

    private async Task OpenAsync(TenantId tenant, string host)
    {
        for (var number = 0; number < Receiver.Threshold; number++)
        {
            await Book.FailedAsync(tenant, host, Cancelled);
        }
    }

    private ReceiverBook Another() => new(
        server.Services.GetRequiredService<IServicesDatabase>(), server.Services.GetRequiredService<Features.Notifications.NotificationDoor>(),
        server.Services.GetRequiredService<HeldReleases>(), clock, NullLogger<ReceiverBook>.Instance);

    private static Task<JsonNode> FireAsync(TenantClient tenant, CallbackReceiver receiver) =>
        tenant.FiredAsync(EventIntents.Event("go", change: body => body["callbackUrl"] = receiver.Url.AbsoluteUri));
}
