using System.Text.Json.Nodes;
using Ecodrix.Engine.Definitions;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;

namespace Ecodrix.Engine.Tests.Definitions;

public sealed class RuleMatcherTests
{
    private const string Stage = "65f000000000000000020000";
    private const string Other = "65f000000000000000030000";

    private static readonly DateTimeOffset Now = new(2026, 3, 15, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_rule_whose_condition_is_false_is_skipped_with_the_reason()
    {
        var matching = RuleMatcher.Match(
            [Rule("t", condition: """{"field":"lead.score","operator":"gte","value":50}"""), Rule("t", condition: """{"field":"lead.score","operator":"lt","value":50}"""), Rule("t")],
            Facts("t", """{"lead":{"score":10}}"""));

        matching.Matched.Count.ShouldBe(2);
        matching.Skipped.ShouldHaveSingleItem().Reason.ShouldBe("condition lead.score gte 50 is false");
    }

    [Theory]
    [InlineData("""{"all":[{"field":"lead.score","operator":"exists"},{"field":"event.x","operator":"eq","value":"a"}]}""", "event.x eq a")]
    [InlineData("""{"not":{"field":"lead.score","operator":"exists"}}""", "not")]
    public void A_group_is_explained_by_what_made_it_false(string condition, string mentioned)
    {
        RuleMatcher.WhyNot(Rule("t", condition: condition), Facts("t", """{"lead":{"score":10},"event":{"x":"b"}}""")).ShouldNotBeNull().ShouldContain(mentioned);
    }

    [Theory]
    [InlineData("stage_enter", $$"""{"stageId":"{{Stage}}"}""", $$"""{"stageId":"{{Stage}}"}""", true)]
    [InlineData("stage_enter", $$"""{"stageId":"{{Stage}}"}""", $$"""{"stageId":"{{Other}}"}""", false)]
    [InlineData("stage_exit", $$"""{"pipelineId":"{{Stage}}"}""", $$"""{"stageId":"{{Other}}","pipelineId":"{{Stage}}"}""", true)]
    [InlineData("stage_exit", $$"""{"pipelineId":"{{Stage}}"}""", "{}", false)]
    [InlineData("tag_added", """{"tagName":"vip"}""", """{"tagName":"vip"}""", true)]
    [InlineData("tag_added", """{"tagName":"vip"}""", """{"tagName":"VIP"}""", false)]
    [InlineData("tag_removed", "{}", """{"tagName":"any"}""", true)]
    [InlineData("score_above", """{"scoreThreshold":50}""", """{"from":40,"to":50}""", true)]
    [InlineData("score_above", """{"scoreThreshold":50}""", """{"from":50,"to":60}""", false)]
    [InlineData("score_above", """{"scoreThreshold":50}""", """{"previousScore":0,"score":49}""", false)]
    [InlineData("score_above", """{"scoreThreshold":50}""", """{"previousScore":10,"score":90}""", true)]
    [InlineData("score_below", """{"scoreThreshold":50}""", """{"from":60,"to":50}""", true)]
    [InlineData("score_below", """{"scoreThreshold":50}""", """{"from":50,"to":40}""", false)]
    [InlineData("no_contact", """{"inactiveDays":7}""", """{"inactiveDays":7}""", true)]
    [InlineData("no_contact", """{"inactiveDays":7}""", """{"inactiveDays":6}""", false)]
    [InlineData("anything_else", """{"stageId":"ignored"}""", "{}", true)]
    public void A_system_trigger_is_narrowed_by_its_config(string trigger, string config, string data, bool starts)
    {
        (RuleMatcher.WhyNot(Rule(trigger, config), Facts(trigger, $$"""{"data":{{data}}}""")) is null).ShouldBe(starts);
    }

    [Fact]
    public void A_run_has_every_step_under_ids_that_lead_back_to_its_event()
    {
        const string EventId = "65f0000012345678abcd0000";
        var rule = Parsed.Fit(Parsed.With("""[{"type":"send_email","name":"mail","delayMinutes":10,"config":{"subject":"{{ event.meetLink }}"}},{"type":"stop","delayMinutes":20}]"""));

        var run = RunPlan.Of(rule, EventId, 2, Now, ["meetLink"]);

        run.Id.ShouldBe(WorkIds.Run(EventId, 2));
        WorkIds.EventOf(run.Id).ShouldBe(EventId);
        run.RuleVersion.ShouldBe(3);
        run.Status.ShouldBe(RunStatus.Running);
        run.Steps.Select(step => (step.Index, step.Path, step.Type, step.Name, step.Status, step.DueAt, step.NeedsPrelude)).ShouldBe([
            (0, "0", "send_email", "mail", StepStatus.Pending, Now.AddMinutes(10), true),
            (1, "1", "stop", null, StepStatus.Pending, Now.AddMinutes(20), false),
        ]);
    }

    [Fact]
    public void In_a_sequence_only_the_first_steps_time_is_known()
    {
        var rule = Parsed.Fit(Parsed.With("""[{"type":"stop","delayMinutes":10},{"type":"stop","delayMinutes":20}]""", ""","isSequence":true"""));

        RunPlan.Of(rule, "65f0000012345678abcd0000", 0, Now, []).Steps.Select(step => step.DueAt).ShouldBe([Now.AddMinutes(10), null]);
    }

    private static RuleDefinition Rule(string trigger, string config = "{}", string condition = "null") => Parsed.Fit(
        $$"""{"name":"r","trigger":"{{trigger}}","triggerConfig":{{config}},"condition":{{condition}},"actions":[{"type":"stop"}]}""");

    private static EventFacts Facts(string trigger, string scope) => new(trigger, JsonNode.Parse(scope)!.AsObject, Now);
}
