using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Callbacks;
using Ecodrix.Server.Tests.Story;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.Server.Tests.Events;

/// <summary>What a client finds of what was over long ago.</summary>
public sealed class RetentionTests : IAsyncDisposable
{
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 3, 15, 9, 30, 0, TimeSpan.Zero));

    private ServerFixture? server;

    public ValueTask DisposeAsync() => server?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task An_event_that_ended_91_days_ago_is_gone_and_its_waiting_sibling_and_anothers_younger_one_are_not()
    {
        server = await StartAsync();
        await using var receiver = await CallbackReceiver.StartAsync();
        var tenant = await server.CreateTenantAsync();
        var other = await server.CreateTenantAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("long", RuleIntents.Wait(300_000)));
        var (quick, reported) = await tenant.FinishedAsync(receiver, EventIntents.Event("quick"));
        var slow = await tenant.FiredAsync(EventIntents.Event("long"));
        using var twin = await tenant.TestHttp.PostAsJsonAsync("/api/saas/workflows/trigger", EventIntents.Event("quick"), TestContext.Current.CancellationToken);
        var tried = (await twin.ReadDataAsync())!;
        await tenant.UntilAsync(LogOf(quick), log => log["callback"]!.Text("status") is "delivered");

        clock.Advance(TimeSpan.FromDays(60));
        var young = await other.FiredAsync(EventIntents.Event("quick"));
        await UntilAsync(() => IsThereAsync(tenant.Http, quick), isThere => isThere);
        clock.Advance(TimeSpan.FromDays(31));
        await UntilAsync(() => IsThereAsync(tenant.Http, quick), isThere => !isThere);
        await UntilAsync(() => IsThereAsync(tenant.TestHttp, tried), isThere => !isThere);

        (await tenant.ReadDataAsync($"/api/saas/runs/{slow["runs"]![0]!.Text("runId")}")).Text("status").ShouldBe("waiting");
        (await IsThereAsync(other.Http, young)).ShouldBeTrue();
        (await tenant.ReadDataAsync($"/api/crm/leads/{quick.Text("leadId")}")).Text("_id").ShouldBe(quick.Text("leadId"));
        using var callback = await tenant.GetAsync($"/api/saas/callbacks/logs/{reported.Headers["webhook-id"]}");
        callback.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_operator_says_for_how_long()
    {
        server = await StartAsync(("ECODRIX_RETENTION_DAYS", "7"));
        var tenant = await server.CreateTenantAsync();
        var quick = await tenant.FiredAsync(EventIntents.Event("quick"));

        clock.Advance(TimeSpan.FromDays(8));

        await UntilAsync(() => IsThereAsync(tenant.Http, quick), isThere => !isThere);
    }

    private static string LogOf(JsonNode fired) => $"/api/saas/events/logs/{fired.Text("eventLogId")}";

    private static async Task<bool> IsThereAsync(HttpClient http, JsonNode fired)
    {
        using var response = await http.GetAsync(LogOf(fired), TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.NotFound);
        return response.StatusCode is HttpStatusCode.OK;
    }

    private async Task<ServerFixture> StartAsync(params (string Name, string Value)[] settings)
    {
        var fixture = new ServerFixture().WithClock(clock);
        foreach (var (name, value) in settings)
        {
            fixture.With(name, value);
        }

        await fixture.InitializeAsync();
        return fixture;
    }

    /// <summary>The sweep takes its pauses by the clock.</summary>
    private async Task UntilAsync(Func<Task<bool>> ask, Func<bool, bool> isRight)
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        for (var turn = 0; !isRight(await ask()); turn++)
        {
            turn.ShouldBeLessThan(500);
            clock.Advance(TimeSpan.FromSeconds(30));
            await ticks.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }
}
