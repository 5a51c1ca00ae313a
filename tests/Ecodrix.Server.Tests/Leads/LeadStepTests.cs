using System.Text.Json;
using System.Text.Json.Nodes;
using Ecodrix.Engine.Definitions;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Engine.Steps;
using Ecodrix.Server.Features.Notifications;
using Ecodrix.Server.Features.Timeline;
using Ecodrix.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Ecodrix.Server.Tests.Leads;

public sealed class LeadStepTests(LeadServer server) : IClassFixture<LeadServer>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("add_tag", """{"tag":"vip"}""", "tags", """["vip"]""")]
    [InlineData("remove_tag", """{"tag":"old"}""", "tags", """[]""")]
    [InlineData("assign_to", """{"assignTo":"ravi@example.com"}""", "assignedTo", "\"ravi@example.com\"")]
    [InlineData("update_lead", """{"fields":{"dealValue":"49.90","source":"fair"}}""", "dealValue", "49.9")]
    [InlineData("update_lead", """{"fields":{"lastName":""}}""", "lastName", "null")]
    public async Task An_action_changes_the_lead(string type, string config, string field, string expected)
    {
        var tenant = await server.CreateTenantAsync();
        var lead = await tenant.CreateLeadAsync(body => body["tags"] = type is "remove_tag" ? new JsonArray("old") : []);

        var outcome = await RunAsync(await ContextAsync(tenant, lead.Id(), type, config));

        outcome.ShouldBeOfType<StepOutcome.Done>();
        ((await tenant.ReadLeadAsync(lead.Id()))[field]?.ToJsonString() ?? "null").ShouldBe(expected);
    }

    [Fact]
    public async Task A_move_by_a_rule_fires_triggers_one_level_deeper_and_once()
    {
        var tenant = await server.CreateTenantAsync();
        var lead = await tenant.CreateLeadAsync();
        var context = await ContextAsync(tenant, lead.Id(), "move_stage", new JsonObject { ["stageId"] = await tenant.StageIdAsync("Won") }.ToJsonString());

        (await RunAsync(context)).ShouldBeOfType<StepOutcome.Done>();
        (await RunAsync(context)).ShouldBeOfType<StepOutcome.Done>();

        (await tenant.ReadLeadAsync(lead.Id())).Text("status").ShouldBe("won");
        var deeper = server.Fired.Of(lead.Id()).Skip(2).ToList();
        deeper.Select(trigger => trigger.Name).ShouldBe(["stage_exit", "stage_enter", "deal_won"]);
        deeper.ShouldAllBe(trigger => trigger.Lineage == new Lineage(context.Work.Id, 1));
        (await tenant.ListAsync($"/api/crm/leads/{lead.Id()}/timeline"))[0]!.Text("actor").ShouldBe("run:" + context.Run.Id);
    }

    [Fact]
    public async Task A_note_and_a_notification_are_written_once_however_often_the_step_is_repeated()
    {
        var tenant = await server.CreateTenantAsync();
        var lead = await tenant.CreateLeadAsync();
        var note = await ContextAsync(tenant, lead.Id(), "create_note", """{"content":"Called back"}""");
        var notify = await ContextAsync(tenant, lead.Id(), "notify", """{"title":"Look","message":"A lead"}""");

        foreach (var context in new[] { note, note, notify, notify })
        {
            (await RunAsync(context)).ShouldBeOfType<StepOutcome.Done>();
        }

        var notes = await tenant.ListAsync($"/api/crm/leads/{lead.Id()}/timeline?kind=note");
        notes.Single()!.Text("body").ShouldBe("Called back");
        (await note.Database.Documents<Note>().CountAsync(null, 10, Cancelled)).ShouldBe(1);
        (await note.Database.Documents<Notification>().CountAsync(null, 10, Cancelled)).ShouldBe(1);
    }

    [Theory]
    [InlineData("move_stage", """{"stageId":"aaaaaaaaaaaaaaaaaaaaaaaa"}""", "NOT_FOUND")]
    [InlineData("add_tag", """{"tag":"  "}""", "VALIDATION_ERROR")]
    [InlineData("update_lead", """{"fields":{"dealValue":"much"}}""", "VALIDATION_ERROR")]
    [InlineData("update_lead", """{"fields":{"phone":"12"}}""", "VALIDATION_ERROR")]
    public async Task An_action_that_cannot_be_done_fails_with_its_reason(string type, string config, string code)
    {
        var tenant = await server.CreateTenantAsync();
        var lead = await tenant.CreateLeadAsync();

        var outcome = await RunAsync(await ContextAsync(tenant, lead.Id(), type, config));

        outcome.ShouldBeOfType<StepOutcome.Failed>().Code.ShouldBe(code);
        (await tenant.ReadLeadAsync(lead.Id())).ToJsonString().ShouldBe(lead.ToJsonString());
    }

    [Theory]
    [InlineData("move_stage", """{"stageId":"{{x}}"}""", "stageId")]
    [InlineData("assign_to", "{}", "assignTo")]
    [InlineData("add_tag", """{"tag":7}""", "tag")]
    [InlineData("update_lead", """{"fields":{"colour":"red"}}""", "fields.colour")]
    [InlineData("update_lead", """{"fields":{}}""", "fields")]
    [InlineData("create_note", "{}", "content")]
    [InlineData("notify", """{"title":"a"}""", "message")]
    public void A_configuration_that_cannot_run_is_refused_by_name(string type, string config, string path) =>
        HandlerOf(type).Validate(JsonElement.Parse(config)).Select(problem => problem.Path).ShouldBe([path]);

    private IStepHandler HandlerOf(string type) =>
        server.Services.GetServices<IStepHandler>().Single(handler => string.Equals(handler.Type, type, StringComparison.Ordinal));

    private async Task<StepOutcome> RunAsync(StepContext context)
    {
        var handler = HandlerOf(context.Step.Type);
        var prepared = await handler.PrepareAsync(context, Cancelled);
        return prepared.Verdict ?? await handler.PerformAsync(context, prepared, Cancelled);
    }

    private async Task<StepContext> ContextAsync(TenantClient tenant, string leadId, string type, string config)
    {
        var now = TimeProvider.System.GetUtcNow();
        var eventId = DocumentId.New(now);
        var database = await server.OpenAsync(tenant);
        return new StepContext
        {
            Database = database,
            Work = new WorkItem { Id = eventId, Tenant = tenant.Code, Type = WorkItem.EventType, LeadId = leadId, CreatedAt = now, RunAt = now, Event = new EventState { Trigger = "test" } },
            Run = new Run { Id = WorkIds.Run(eventId, 0), RuleId = DocumentId.New(now), RuleName = "Test", RuleVersion = 1, StartedAt = now },
            Step = new Step { Index = 0, Path = "0", Type = type },
            Definition = new StepDefinition { Index = 0, Path = "0", Type = type, Config = JsonElement.Parse(config) },
            EffectId = WorkIds.Step(eventId, 0, 0),
            Config = JsonNode.Parse(config)!.AsObject(),
            Subject = await server.Get<ISubjects>().LoadAsync(database, leadId, Cancelled),
            Scope = [],
            Now = now,
        };
    }
}
