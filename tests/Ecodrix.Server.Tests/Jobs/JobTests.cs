using System.Net;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Callbacks;
using Ecodrix.Server.Tests.Events;

namespace Ecodrix.Server.Tests.Jobs;

public sealed class JobTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private const string Jobs = "/api/saas/jobs";

    [Fact]
    public async Task A_steps_job_tells_how_far_it_is()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        var tenant = await server.CreateTenantAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("go", RuleIntents.CallbackTo(new Uri("https://example.invalid/")) + "," + RuleIntents.Wait(60)));
        var (answer, _) = await tenant.FinishedAsync(receiver, EventIntents.Event("go"));
        var run = await tenant.ReadDataAsync($"/api/saas/runs/{answer["runs"]![0]!.Text("runId")}");

        var job = await tenant.ReadDataAsync($"{Jobs}/status/{run["steps"]![0]!.Text("jobId")}");

        job.Text("type").ShouldBe("event");
        job.Text("status").ShouldBe("processing");
        job["progress"]!["done"]!.GetValue<int>().ShouldBe(1);
        job["progress"]!["total"]!.GetValue<int>().ShouldBe(2);
    }

    [Fact]
    public async Task Jobs_are_listed_by_type_and_status()
    {
        var tenant = await server.CreateTenantAsync();
        await tenant.FiredAsync(EventIntents.Event("go", change: body => body["delayMinutes"] = 5), HttpStatusCode.Accepted);

        (await tenant.ReadDataAsync($"{Jobs}?type=event&status=queued")).AsArray().Count.ShouldBe(1);
        (await tenant.ReadDataAsync($"{Jobs}?type=broadcast")).AsArray().ShouldBeEmpty();
        using var wrong = await tenant.GetAsync($"{Jobs}?status=asleep");
        await wrong.ShouldFailAsync(HttpStatusCode.BadRequest, "VALIDATION_ERROR");
    }

    [Fact]
    public async Task A_scheduled_job_can_be_cancelled_once()
    {
        var tenant = await server.CreateTenantAsync();
        var id = (await tenant.FiredAsync(EventIntents.Event("go", change: body => body["delayMinutes"] = 5), HttpStatusCode.Accepted)).Text("eventLogId");

        using var cancelled = await tenant.PostAsync($"{Jobs}/{id}/cancel");
        (await cancelled.ReadDataAsync())!.Text("status").ShouldBe("cancelled");
        (await tenant.ReadEventAsync(id)).Text("status").ShouldBe("cancelled");

        using var again = await tenant.PostAsync($"{Jobs}/{id}/cancel");
        await again.ShouldFailAsync(HttpStatusCode.Conflict, "CONFLICT");
        using var retried = await tenant.PostAsync($"{Jobs}/{id}/retry");
        await retried.ShouldFailAsync(HttpStatusCode.Conflict, "CONFLICT");
    }

    [Fact]
    public async Task Another_tenants_job_is_not_found()
    {
        var owner = await server.CreateTenantAsync();
        var id = (await owner.FiredAsync(EventIntents.Event("go"))).Text("eventLogId");
        var other = await server.CreateTenantAsync();

        foreach (var answer in new[] { await other.GetAsync($"{Jobs}/status/{id}"), await other.PostAsync($"{Jobs}/{id}/retry"), await other.PostAsync($"{Jobs}/{id}/cancel") })
        {
            await answer.ShouldFailAsync(HttpStatusCode.NotFound, "NOT_FOUND");
        }

        (await other.ReadDataAsync(Jobs)).AsArray().ShouldBeEmpty();
    }
}
