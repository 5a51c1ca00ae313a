using Ecodrix.Engine.Definitions;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Engine.Tests.Definitions;

public sealed class RuleParserTests
{
    [Fact]
    public void A_rule_is_read_with_its_steps_laid_flat()
    {
        var rule = Parsed.Fit("""
            {"name":"Greet","trigger":"form_submitted","isSequence":false,"condition":{"field":"score","operator":"gte","value":50},"actions":[
              {"type":"send_email","name":"first","delayMinutes":1.5,"config":{"subject":"Hi {{ lead.firstName }}"}},
              {"type":"branch","config":{"condition":{"field":"event.kind","operator":"eq","value":"a"},
                "then":[{"type":"send_email","config":{"subject":"A"}},{"type":"branch","config":{"condition":{"field":"score","operator":"exists"},"then":[{"type":"stop"}]}}],
                "else":[{"type":"wait","config":{"minutes":5}}]}},
              {"type":"wait_for","expiresAfterMinutes":30,"onError":"stop","config":{"trigger":"payment_captured","timeoutMinutes":60,"condition":{"field":"event.ok","operator":"eq","value":true}}}]}
            """);

        rule.Id.ShouldBe(Parsed.RuleId);
        rule.Version.ShouldBe(3);
        rule.Condition.ShouldBeOfType<Condition.Compare>().Field.ShouldBe("lead.score");
        rule.Steps.Select(step => (step.Index, step.Path, step.Type, step.Parent, step.IsElse)).ShouldBe([
            (0, "0", "send_email", null, false),
            (1, "1", "branch", null, false),
            (2, "1.then.0", "send_email", 1, false),
            (3, "1.then.1", "branch", 1, false),
            (4, "1.then.1.then.0", "stop", 3, false),
            (5, "1.else.0", "wait", 1, true),
            (6, "2", "wait_for", null, false),
        ]);
        rule.Steps[0].Name.ShouldBe("first");
        rule.Steps[0].Delay.ShouldBe(TimeSpan.FromSeconds(90));
        rule.Steps[0].ExpiresAfter.ShouldBe(TimeSpan.FromDays(1));
        rule.Steps[0].ContinuesOnError.ShouldBeTrue();
        rule.Steps[1].Condition.ShouldNotBeNull();
        rule.Steps[1].Config.GetRawText().ShouldBe("{}");
        rule.Steps[6].Config.GetRawText().ShouldBe("""{"trigger":"payment_captured","timeoutMinutes":60}""");
        rule.Steps[6].Condition.ShouldNotBeNull();
        rule.Steps[6].ContinuesOnError.ShouldBeFalse();
        rule.Steps[6].ExpiresAfter.ShouldBe(TimeSpan.FromMinutes(30));
    }

    [Fact]
    public void What_holds_a_rule_back_is_read_with_it()
    {
        var rule = Parsed.Fit(Parsed.With("""[{"type":"stop"},{"type":"send_email","config":{"subject":"x"}}]""", """
            ,"limits":{"oncePer":"{{ data.order }}","withinMinutes":60,"debounceSeconds":30},"quietHours":"21:00-08:00",
            "cancelOn":[{"trigger":"cancelled","match":"data.order","condition":{"field":"data.all","operator":"eq","value":true}},{"trigger":"deal_lost"}]
            """));

        rule.Limits.ShouldBe(new RuleLimits { OncePer = "{{ data.order }}", Within = TimeSpan.FromHours(1), Debounce = TimeSpan.FromSeconds(30) });
        rule.QuietHours.ShouldBe(new QuietHours(new TimeOnly(21, 0), new TimeOnly(8, 0)));
        rule.CancelOn.Select(one => (one.Trigger, one.Match, one.Condition is null)).ShouldBe([("cancelled", "data.order", false), ("deal_lost", null, true)]);
        rule.Steps.Select(step => step.ExpiresAfter).ShouldBe([TimeSpan.Zero, TimeSpan.FromDays(1)]);
    }

    [Fact]
    public void In_a_sequence_a_failed_step_ends_the_run_unless_it_says_otherwise()
    {
        var rule = Parsed.Fit(Parsed.With("""[{"type":"stop"},{"type":"stop","onError":"continue"}]""", ""","isSequence":true"""));

        rule.Steps.Select(step => step.ContinuesOnError).ShouldBe([false, true]);
    }

    [Theory]
    [InlineData("""[]""", "rule")]
    [InlineData("""{"name":"x","trigger":"t"}""", "actions")]
    [InlineData("""{"name":"x","trigger":"t","actions":[]}""", "actions")]
    [InlineData("""{"trigger":"t","actions":[{"type":"stop"}]}""", "name")]
    [InlineData("""{"name":"x","trigger":"two words","actions":[{"type":"stop"}]}""", "trigger")]
    [InlineData("""{"name":"x","trigger":7,"actions":[{"type":"stop"}]}""", "trigger")]
    [InlineData("""{"name":"x","trigger":"t","isSequence":"yes","actions":[{"type":"stop"}]}""", "isSequence")]
    [InlineData("""{"name":"x","trigger":"t","condition":{"field":"score","operator":"near","value":1},"actions":[{"type":"stop"}]}""", "condition.operator")]
    [InlineData("""{"name":"x","trigger":"t","limits":[],"actions":[{"type":"stop"}]}""", "limits")]
    [InlineData("""{"name":"x","trigger":"t","limits":{"oncePer":7},"actions":[{"type":"stop"}]}""", "limits.oncePer")]
    [InlineData("""{"name":"x","trigger":"t","limits":{"oncePer":"{{ lead.x"},"actions":[{"type":"stop"}]}""", "limits.oncePer")]
    [InlineData("""{"name":"x","trigger":"t","limits":{"withinMinutes":5},"actions":[{"type":"stop"}]}""", "limits.withinMinutes")]
    [InlineData("""{"name":"x","trigger":"t","limits":{"oncePer":"day","withinMinutes":0},"actions":[{"type":"stop"}]}""", "limits.withinMinutes")]
    [InlineData("""{"name":"x","trigger":"t","limits":{"debounceSeconds":"soon"},"actions":[{"type":"stop"}]}""", "limits.debounceSeconds")]
    [InlineData("""{"name":"x","trigger":"t","limits":{"debounceSeconds":86401},"actions":[{"type":"stop"}]}""", "limits.debounceSeconds")]
    [InlineData("""{"name":"x","trigger":"t","limits":{"twicePer":"day"},"actions":[{"type":"stop"}]}""", "limits.twicePer")]
    [InlineData("""{"name":"x","trigger":"t","cancelOn":{},"actions":[{"type":"stop"}]}""", "cancelOn")]
    [InlineData("""{"name":"x","trigger":"t","cancelOn":["x"],"actions":[{"type":"stop"}]}""", "cancelOn[0]")]
    [InlineData("""{"name":"x","trigger":"t","cancelOn":[{}],"actions":[{"type":"stop"}]}""", "cancelOn[0].trigger")]
    [InlineData("""{"name":"x","trigger":"t","cancelOn":[{"trigger":"a b"}],"actions":[{"type":"stop"}]}""", "cancelOn[0].trigger")]
    [InlineData("""{"name":"x","trigger":"t","cancelOn":[{"trigger":"a"},{"trigger":"b","match":"lead.id"}],"actions":[{"type":"stop"}]}""", "cancelOn[1].match")]
    [InlineData("""{"name":"x","trigger":"t","cancelOn":[{"trigger":"a","condition":{"field":"a","operator":"near","value":1}}],"actions":[{"type":"stop"}]}""", "cancelOn[0].condition.operator")]
    [InlineData("""{"name":"x","trigger":"t","cancelOn":[{"trigger":"a","when":1}],"actions":[{"type":"stop"}]}""", "cancelOn[0].when")]
    [InlineData("""{"name":"x","trigger":"t","quietHours":"21-8","actions":[{"type":"stop"}]}""", "quietHours")]
    [InlineData("""{"name":"x","trigger":"t","quietHours":"21:00-24:00","actions":[{"type":"stop"}]}""", "quietHours")]
    [InlineData("""{"name":"x","trigger":"t","quietHours":"08:00-08:00","actions":[{"type":"stop"}]}""", "quietHours")]
    [InlineData("""{"name":"x","trigger":"t","quietHours":21,"actions":[{"type":"stop"}]}""", "quietHours")]
    [InlineData("""{"name":"x","trigger":"score_above","actions":[{"type":"stop"}]}""", "triggerConfig.scoreThreshold")]
    [InlineData("""{"name":"x","trigger":"stage_enter","triggerConfig":{"stageId":"x"},"actions":[{"type":"stop"}]}""", "triggerConfig.stageId")]
    [InlineData("""{"name":"x","trigger":"t","triggerConfig":[],"actions":[{"type":"stop"}]}""", "triggerConfig")]
    public void What_is_wrong_with_a_rule_is_named_by_its_path(string json, string path)
    {
        var parsed = Parsed.Rule(json);

        parsed.Rule.ShouldBeNull();
        parsed.Errors.ContainsKey(path).ShouldBeTrue(string.Join(", ", parsed.Errors.Keys));
    }

    [Theory]
    [InlineData("""[{"type":"shout"}]""", "actions[0].type", "One of branch, send_email, stop, wait, wait_for.")]
    [InlineData("""["stop"]""", "actions[0]", "An action is an object with a type.")]
    [InlineData("""[{"type":"stop"},{"type":"send_email","config":{}}]""", "actions[1].config.subject", "A mail has a subject.")]
    [InlineData("""[{"type":"send_email","config":{"subject":"x","htmlBody":"{{ lead.firstName"}}]""", "actions[0].config.htmlBody", "is no template")]
    [InlineData("""[{"type":"send_email","config":{"subject":"x","list":["a","{{ a | shout }}"]}}]""", "actions[0].config.list[1]", "there is no filter 'shout'")]
    [InlineData("""[{"type":"send_email","config":"x"}]""", "actions[0].config", "An object.")]
    [InlineData("""[{"type":"stop","delayMinutes":-1}]""", "actions[0].delayMinutes", "A number from 0 to 527040.")]
    [InlineData("""[{"type":"stop","delayMinutes":527041}]""", "actions[0].delayMinutes", "A number from 0 to 527040.")]
    [InlineData("""[{"type":"stop","onError":"retry"}]""", "actions[0].onError", "Either continue or stop.")]
    [InlineData("""[{"type":"stop","expiresAfterMinutes":0}]""", "actions[0].expiresAfterMinutes", "A number from 1 to 527040.")]
    [InlineData("""[{"type":"stop","name":"a b"}]""", "actions[0].name", "A name is")]
    [InlineData("""[{"type":"stop","name":"a"},{"type":"stop","name":"a"}]""", "actions[1].name", "Another action has this name.")]
    [InlineData("""[{"type":"branch","config":{"then":[]}}]""", "actions[0].config.condition", "A branch has a condition.")]
    [InlineData("""[{"type":"branch","config":{"condition":{"field":"a","operator":"exists"},"then":{}}}]""", "actions[0].config.then", "A list of actions.")]
    [InlineData("""[{"type":"branch","config":{"condition":{"field":"a","operator":"exists"},"else":[{"type":"x"}]}}]""", "actions[0].config.else[0].type", "One of")]
    [InlineData("""[{"type":"wait","config":{}}]""", "actions[0].config.minutes", "Either minutes or until.")]
    [InlineData("""[{"type":"wait","config":{"minutes":1,"window":"9-18"}}]""", "actions[0].config.window", "Two times")]
    [InlineData("""[{"type":"wait","config":{"minutes":1,"timeZone":"Mars/Base"}}]""", "actions[0].config.timeZone", "An IANA time zone")]
    [InlineData("""[{"type":"wait","config":{"until":"{{ data.at | }}"}}]""", "actions[0].config.until", "a filter has no name")]
    [InlineData("""[{"type":"wait_for","config":{"timeoutMinutes":5}}]""", "actions[0].config.trigger", "The name of a trigger.")]
    [InlineData("""[{"type":"wait_for","config":{"trigger":"x","timeoutMinutes":5,"onTimeout":"explode"}}]""", "actions[0].config.onTimeout", "Either continue or stop.")]
    public void What_is_wrong_with_an_action_is_named_by_its_path(string actions, string path, string problem)
    {
        var parsed = Parsed.Rule(Parsed.With(actions));

        parsed.Rule.ShouldBeNull();
        parsed.Errors.ContainsKey(path).ShouldBeTrue(string.Join(", ", parsed.Errors.Keys));
        parsed.Errors[path][0].ShouldContain(problem);
    }

    [Fact]
    public void A_rule_has_at_most_two_hundred_steps_those_of_its_branches_counted()
    {
        var stops = string.Join(',', Enumerable.Repeat("""{"type":"stop"}""", 199));
        const string Branch = """{"type":"branch","config":{"condition":{"field":"a","operator":"exists"},"then":[{"type":"stop"}]}}""";

        Parsed.Fit(Parsed.With($"[{stops},{{\"type\":\"stop\"}}]")).Steps.Count.ShouldBe(200);
        Parsed.Rule(Parsed.With($"[{stops},{Branch}]")).Errors["actions"][0].ShouldContain("at most 200 steps");
    }

    [Fact]
    public void Branches_nested_beyond_measure_are_refused()
    {
        var actions = """[{"type":"stop"}]""";
        for (var depth = 0; depth < 12; depth++)
        {
            actions = $$$"""[{"type":"branch","config":{"condition":{"field":"a","operator":"exists"},"then":{{{actions}}}}}]""";
        }

        Parsed.Rule(Parsed.With(actions)).Errors.Values.ShouldContain(problems => problems[0].Contains("at most 10 deep"));
    }
}
