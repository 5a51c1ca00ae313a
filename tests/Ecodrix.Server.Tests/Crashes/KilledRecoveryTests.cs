using System.Net;
using System.Text.Json.Nodes;
using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Tests.Callbacks;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Server.Tests.Incidents;
using Ecodrix.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.Server.Tests.Crashes;

/// <summary>Failed callbacks are asked for again, and the server dies at each write between the request and the last delivery.</summary>
public sealed class KilledRecoveryTests
{
    private const string Recover = "/api/saas/callbacks/recover";

    private static readonly JsonObject Range = new() { ["since"] = "2026-03-15T00:00:00.000Z" };

    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 3, 15, 9, 30, 0, TimeSpan.Zero));

    [Fact]
    public async Task Each_is_delivered_once_at_whatever_write_the_server_dies()
    {
        (await Doom.AtEachWriteAsync(DiesAsync)).ShouldBeGreaterThanOrEqualTo(6);
    }

    private async Task<bool> DiesAsync(int write)
    {
        var where = $"write {write}";
        var doom = new Doom();
        await using var receiver = await CallbackReceiver.StartAsync(HttpStatusCode.Gone, HttpStatusCode.Gone);
        await using var first = new ServerFixture().WithClock(clock);
        doom.Connect(first);
        await first.InitializeAsync();
        var tenant = await first.CreateTenantAsync();
        string[] failed = [await FailAsync(first, tenant, receiver), await FailAsync(first, tenant, receiver)];
        clock.Advance(TimeSpan.FromMinutes(5));

        doom.At(write);
        using var asked = await tenant.PostAsync(Recover, Range.DeepClone(), "recover-1");
        if (!await KilledIngestionTests.WorkOffAsync(first, doom))
        {
            await AssertAsync(first, tenant, receiver, failed, where);
            return false;
        }

        await using var second = await doom.RestartAsync(server => server.WithClock(clock));
        var again = new TenantClient(second, tenant.Code, tenant.LiveKey, tenant.TestKey, tenant.WebhookSecret);
        if (asked.StatusCode is not HttpStatusCode.Accepted)
        {
            // Whoever got no answer asks again with the same key, when the reservation of the dead request is over.
            clock.Advance(TimeSpan.FromSeconds(61));
            using var repeated = await again.PostAsync(Recover, Range.DeepClone(), "recover-1");
            await repeated.ReadDataAsync(HttpStatusCode.Accepted);
        }

        await second.DrainAsync();
        await AssertAsync(second, again, receiver, failed, where);
        return true;
    }

    private static async Task AssertAsync(ServerFixture server, TenantClient tenant, CallbackReceiver receiver, string[] failed, string where)
    {
        foreach (var id in failed)
        {
            var log = await tenant.ReadsAsync($"/api/saas/callbacks/logs/{id}", read => read.Text("status") is "delivered");
            log["attempts"]!.GetValue<int>().ShouldBe(2, $"{where}: {log.ToJsonString()}");
        }

        await server.DrainAsync();
        List<string> came = [];
        while (!receiver.IsEmpty)
        {
            came.Add((await receiver.NextAsync()).Headers["webhook-id"]);
        }

        // One that was on its way at the kill may come twice, under its one id; nothing else does.
        came.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ShouldBe(failed.Order(StringComparer.Ordinal), where);
        came.Count.ShouldBeInRange(2, 4, where);
        var work = await server.Services.GetRequiredService<IServicesDatabase>().Documents<WorkItem>().QueryAsync(new DocumentQuery(null, 100), TestContext.Current.CancellationToken);
        work.ShouldAllBe(one => one.IsFinished && one.Lease == null);
        work.Count(one => one.Event is not null).ShouldBe(2, where);
    }

    private static async Task<string> FailAsync(ServerFixture server, TenantClient tenant, CallbackReceiver receiver)
    {
        var (_, callback) = await tenant.FinishedAsync(receiver, EventIntents.Event("go"));
        await server.DrainAsync();
        return callback.Headers["webhook-id"];
    }
}
