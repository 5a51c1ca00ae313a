using System.Net;
using System.Text.Json.Nodes;
using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Callbacks;
using Ecodrix.Server.Tests.Events;
using Microsoft.Extensions.DependencyInjection;

namespace Ecodrix.Server.Tests.Tenants;

/// <summary>A client that is paused or suspended: what comes is stored, what is due waits.</summary>
public sealed class HoldTests(ServerFixture server) : IClassFixture<ServerFixture>, IDisposable
{
    private readonly Operator admin = new(server);

    public void Dispose() => admin.Dispose();

    [Fact]
    public async Task A_paused_clients_event_is_accepted_and_waits_until_the_client_is_active_again()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        var tenant = await server.CreateTenantAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("go", RuleIntents.CallbackTo(receiver.Url)));
        await SetAsync(tenant, "paused");

        var answer = await tenant.FiredAsync(EventIntents.Event("go"));
        await DrainAsync();

        receiver.IsEmpty.ShouldBeTrue();
        (await tenant.ReadEventAsync(answer["eventLogId"]!))["finishedAt"].ShouldBeNull();

        await SetAsync(tenant, "active");
        await DrainAsync();

        await receiver.NextAsync();
        (await tenant.ReadEventAsync(answer["eventLogId"]!)).Text("status").ShouldBe("completed");
        receiver.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public async Task A_suspended_client_is_refused_and_its_due_work_waits_too()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        var tenant = await server.CreateTenantAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("go", RuleIntents.CallbackTo(receiver.Url)));
        await SetAsync(tenant, "paused");
        await tenant.FiredAsync(EventIntents.Event("go"));
        await SetAsync(tenant, "suspended");

        using var refused = await tenant.FireAsync(EventIntents.Event("go"));
        await refused.ShouldFailAsync(HttpStatusCode.Forbidden, "CLIENT_SUSPENDED");
        await DrainAsync();
        receiver.IsEmpty.ShouldBeTrue();

        await SetAsync(tenant, "active");
        await DrainAsync();
        await receiver.NextAsync();
    }

    [Fact]
    public async Task The_test_twin_of_a_paused_client_is_held_as_well_and_nobody_else_is()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        var paused = await server.CreateTenantAsync();
        var other = await server.CreateTenantAsync();
        await SetAsync(paused, "paused");

        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/saas/workflows/trigger") { Content = System.Net.Http.Json.JsonContent.Create(EventIntents.Event("go", change: Called)) };
        using var answer = await paused.TestHttp.SendAsync(request, TestContext.Current.CancellationToken);
        await answer.ReadDataAsync();
        await DrainAsync();
        receiver.IsEmpty.ShouldBeTrue();

        var (_, callback) = await other.FinishedAsync(receiver, EventIntents.Event("go"));
        callback.Json.Text("clientCode").ShouldBe(other.Code);

        void Called(JsonObject body) => body["callbackUrl"] = receiver.Url.AbsoluteUri;
    }

    private async Task SetAsync(TenantClient tenant, string status) =>
        await admin.AskAsync(HttpMethod.Patch, $"/api/clients/{tenant.Code}", new JsonObject { ["status"] = status });

    /// <summary>Begins all that is due and waits for its end.</summary>
    private Task DrainAsync() => server.Services.GetRequiredService<WorkLoop>().DrainAsync(TestContext.Current.CancellationToken);
}
