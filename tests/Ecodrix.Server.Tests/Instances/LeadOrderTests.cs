using System.Text.Json.Nodes;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Server.Tests.Incidents;

namespace Ecodrix.Server.Tests.Instances;

/// <summary>What happens to one lead happens in the order accepted, whichever of two instances accepts it and works on it.</summary>
public sealed class LeadOrderTests : IAsyncLifetime
{
    private const int Leads = 8;

    private const int EventsOfEach = 12;

    private TwoInstances both = null!;

    public async ValueTask InitializeAsync() => both = await TwoInstances.StartAsync();

    public ValueTask DisposeAsync() => both.DisposeAsync();

    [Fact]
    public async Task Events_that_come_to_either_in_turn_change_their_lead_one_after_the_other()
    {
        var here = await both.First.CreateTenantAsync();
        var elsewhere = both.OnSecond(here);
        await here.CreateRuleAsync(RuleIntents.Rule("count", """{ "type": "update_lead", "config": { "fields": { "score": "{{event.n}}" } } }"""));
        string[] phones = [.. Enumerable.Range(0, Leads).Select(_ => EventIntents.NewPhone())];

        var leads = await Task.WhenAll(phones.Select(async (phone, at) =>
        {
            JsonNode fired = new JsonObject();
            for (var n = 1; n <= EventsOfEach; n++)
            {
                fired = await ((n + at) % 2 == 0 ? here : elsewhere).FiredAsync(EventIntents.Event("count", phone, body => body["variables"] = new JsonObject { ["n"] = n }));
            }

            return fired.Text("leadId");
        }));

        var expected = Enumerable.Range(1, EventsOfEach).Select(n => $"Score {n - 1} → {n}").ToList();
        foreach (var lead in leads)
        {
            var told = await here.ReadsAsync($"/api/crm/leads/{lead}/timeline?limit=100", read => Scores(read).Count == EventsOfEach);
            Scores(told).ShouldBe(expected, ignoreOrder: false);
        }
    }

    /// <summary>In the order in which they happened.</summary>
    private static List<string> Scores(JsonNode timeline) =>
        [.. timeline.AsArray().Where(entry => entry!.Text("type") is "score_changed").Select(entry => entry!.Text("title")).Reverse()];
}
