using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Server.Tests.Story;
using Ecodrix.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Ecodrix.Server.Tests.Meetings;

/// <summary>A meeting is repeated after a kill, and Google finds what was made before by our own id.</summary>
public sealed class RepeatedMeetingTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_process_that_died_after_Google_made_the_meeting_leaves_one_meeting_with_its_link()
    {
        await using var providers = await Providers.StartAsync(mail: false, server => server.With(all => all.Configure<Engine.EngineOptions>(options => options.Works = false)));
        var tenant = await providers.CreateTenantAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("go", """{ "type": "create_meet", "config": { "title": "Call", "startTime": "2030-01-02T09:00:00Z" } }"""));
        var fired = await tenant.FiredAsync(EventIntents.Event("go"));
        await WorkAsync(providers.Server);
        var made = providers.Google.Events.ShouldHaveSingleItem();

        await ForgetAsync(providers.Server, fired.Text("eventLogId"));
        await WorkAsync(providers.Server);

        providers.Google.Events.ShouldHaveSingleItem().ShouldBe(made);
        var step = (await tenant.ReadDataAsync($"/api/saas/runs/{fired["runs"]![0]!.Text("runId")}"))["steps"]![0]!;
        step.Text("status").ShouldBe("completed", step.ToJsonString());
        step["result"]!.Text("meetLink").ShouldBe(made.MeetLink);
    }

    /// <summary>Puts the event back to before its settle, which a killed process never wrote.</summary>
    private static async Task ForgetAsync(ServerFixture server, string eventLogId)
    {
        var documents = server.Services.GetRequiredService<IServicesDatabase>().Documents<WorkItem>();
        var work = (await documents.FindAsync(eventLogId, Cancelled))!;
        var run = work.Event!.Runs.Single();
        var begun = run.Steps[0] with { Status = StepStatus.Pending, FinishedAt = null, Result = null, Attempts = 0 };
        var left = work with
        {
            Version = work.Version + 1,
            DueAt = begun.DueAt,
            FinishedAt = null,
            Status = WorkStatus.Processing,
            Event = work.Event with { Runs = [run with { Status = RunStatus.Running, FinishedAt = null, Steps = [begun] }] },
        };
        (await documents.TryReplaceAsync(left, Cancelled)).ShouldBeTrue();
    }

    private static async Task WorkAsync(ServerFixture server)
    {
        server.Services.GetRequiredService<IOptions<Engine.EngineOptions>>().Value.Works = true;
        server.Services.GetRequiredService<Slots>().Open();
        await server.Services.GetRequiredService<WorkLoop>().DrainAsync(Cancelled);
    }
}
