using System.Net;
using System.Text.Json.Nodes;

namespace Ecodrix.Server.Tests.Leads;

public sealed class LeadChangeTests(LeadServer server) : IClassFixture<LeadServer>
{
    [Fact]
    public async Task A_patch_changes_what_it_names_and_null_clears()
    {
        var tenant = await server.CreateTenantAsync();
        var lead = await tenant.CreateLeadAsync(body =>
        {
            body["lastName"] = "Rao";
            body["dealValue"] = 10;
            body["metadata"] = new JsonObject { ["refs"] = new JsonObject { ["orderId"] = "1", ["bookingId"] = "2" } };
        });

        using var response = await tenant.PatchAsync($"/api/crm/leads/{lead.Id()}", new JsonObject
        {
            ["lastName"] = null,
            ["dealValue"] = null,
            ["source"] = "fair",
            ["metadata"] = new JsonObject { ["refs"] = new JsonObject { ["orderId"] = null } },
        });

        var changed = (await response.ReadDataAsync())!;
        changed.Text("fullName").ShouldBe("Asha");
        changed["dealValue"].ShouldBeNull();
        changed.Text("source").ShouldBe("fair");
        changed["metadata"]!["refs"]!.ToJsonString().ShouldBe("""{"bookingId":"2"}""");
        changed.Text("phone").ShouldBe(lead.Text("phone"));
    }

    [Theory]
    [InlineData("""{"colour":"red"}""", "colour")]
    [InlineData("""{"stageId":"aaaaaaaaaaaaaaaaaaaaaaaa"}""", "stageId")]
    [InlineData("""{"status":"won"}""", "status")]
    [InlineData("""{"_id":"aaaaaaaaaaaaaaaaaaaaaaaa"}""", "_id")]
    [InlineData("""{"firstName":7}""", "firstName")]
    [InlineData("""{"firstName":"a\nb"}""", "firstName")]
    [InlineData("""{"phone":null}""", "phone")]
    public async Task A_patch_with_something_wrong_changes_nothing(string body, string path)
    {
        var tenant = await server.CreateTenantAsync();
        var lead = await tenant.CreateLeadAsync();

        using var response = await tenant.SendTextAsync(HttpMethod.Patch, $"/api/crm/leads/{lead.Id()}", body);

        var error = await response.ShouldFailAsync(HttpStatusCode.BadRequest, "VALIDATION_ERROR");
        error["errors"]!.AsObject().ContainsKey(path).ShouldBeTrue(error.ToJsonString());
        (await tenant.ReadLeadAsync(lead.Id())).ToJsonString().ShouldBe(lead.ToJsonString());
    }

    [Fact]
    public async Task A_phone_moves_to_another_lead_only_when_its_lead_gives_it_up()
    {
        var tenant = await server.CreateTenantAsync();
        var first = await tenant.CreateLeadAsync();
        var second = await tenant.CreateLeadAsync();
        var phone = first.Text("phone");

        using var taken = await tenant.PatchAsync($"/api/crm/leads/{second.Id()}", new JsonObject { ["phone"] = phone });
        (await taken.ShouldFailAsync(HttpStatusCode.Conflict, "DUPLICATE")).Text("hint").ShouldContain(first.Id());

        using var given = await tenant.PatchAsync($"/api/crm/leads/{first.Id()}", new JsonObject { ["phone"] = LeadIntents.NewPhone() });
        await given.ReadDataAsync();
        using var free = await tenant.PatchAsync($"/api/crm/leads/{second.Id()}", new JsonObject { ["phone"] = phone });
        (await free.ReadDataAsync())!.Text("phone").ShouldBe(phone);

        using var found = await tenant.PostAsync("/api/crm/leads?upsert=true", new JsonObject { ["firstName"] = "Asha", ["phone"] = phone });
        (await found.ReadDataAsync())!.Id().ShouldBe(second.Id());
    }

    [Fact]
    public async Task Of_many_leads_that_want_one_phone_at_once_one_gets_it()
    {
        var tenant = await server.CreateTenantAsync();
        var leads = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => tenant.CreateLeadAsync()));
        var phone = LeadIntents.NewPhone();

        var answers = await Task.WhenAll(leads
            .Select(lead => tenant.PatchAsync($"/api/crm/leads/{lead.Id()}", new JsonObject { ["phone"] = phone }))
            .Append(tenant.PostAsync("/api/crm/leads", new JsonObject { ["firstName"] = "New", ["phone"] = phone })));

        answers.Count(answer => answer.IsSuccessStatusCode).ShouldBe(1);
        var all = await tenant.ListAsync("/api/crm/leads");
        all.Count(lead => string.Equals(lead!.Text("phone"), phone, StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task Tags_given_and_taken_at_once_are_all_kept_and_all_gone()
    {
        var tenant = await server.CreateTenantAsync();
        var lead = await tenant.CreateLeadAsync(body => body["tags"] = new JsonArray([.. Enumerable.Range(0, 10).Select(index => (JsonNode)$"old{index}")]));

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(index => tenant.PatchAsync(
            $"/api/crm/leads/{lead.Id()}/tags", new JsonObject { ["add"] = new JsonArray($"new{index}"), ["remove"] = new JsonArray($"old{index}") })));

        answers.ShouldAllBe(answer => answer.IsSuccessStatusCode);
        var tags = (await tenant.ReadLeadAsync(lead.Id()))["tags"]!.AsArray().Select(tag => tag!.GetValue<string>()).Order(StringComparer.Ordinal);
        tags.ShouldBe(Enumerable.Range(0, 10).Select(index => $"new{index}"));
        server.Fired.NamesOf(lead.Id()).Count(name => name is "tag_removed").ShouldBe(10);
        server.Fired.NamesOf(lead.Id()).Count(name => name is "tag_added").ShouldBe(20);
    }

    [Fact]
    public async Task A_lead_that_enters_a_won_stage_is_won_and_one_that_leaves_it_is_open_again()
    {
        var tenant = await server.CreateTenantAsync();
        var lead = await tenant.CreateLeadAsync(body => body["dealValue"] = 99.99);

        var won = await MoveAsync(tenant, lead, "Won");
        won.Text("status").ShouldBe("won");
        won["convertedAt"].ShouldNotBeNull();

        var open = await MoveAsync(tenant, lead, "Contacted");
        open.Text("status").ShouldBe("open");
        open["convertedAt"].ShouldBeNull();

        (await MoveAsync(tenant, lead, "Lost")).Text("status").ShouldBe("lost");
        server.Fired.NamesOf(lead.Id()).ShouldBe(
        [
            "lead_created", "stage_enter", "stage_exit", "stage_enter", "deal_won", "stage_exit", "stage_enter", "stage_exit", "stage_enter", "deal_lost",
        ]);
    }

    [Fact]
    public async Task Moving_to_the_stage_it_is_in_does_nothing()
    {
        var tenant = await server.CreateTenantAsync();
        var lead = await tenant.CreateLeadAsync();

        (await MoveAsync(tenant, lead, "New")).ToJsonString().ShouldBe(lead.ToJsonString());

        server.Fired.NamesOf(lead.Id()).ShouldBe(["lead_created", "stage_enter"]);
    }

    [Fact]
    public async Task A_score_that_changes_says_from_where_to_where()
    {
        var tenant = await server.CreateTenantAsync();
        var lead = await tenant.CreateLeadAsync();

        using var up = await tenant.PatchAsync($"/api/crm/leads/{lead.Id()}", new JsonObject { ["score"] = 60 });
        using var down = await tenant.PatchAsync($"/api/crm/leads/{lead.Id()}", new JsonObject { ["score"] = 10 });

        var scores = server.Fired.Of(lead.Id()).Where(trigger => trigger.Name.StartsWith("score", StringComparison.Ordinal)).ToList();
        scores.Select(trigger => trigger.Name + trigger.Content.ToJsonString()).ShouldBe(
            ["score_above{\"score\":60,\"previousScore\":0}", "score_below{\"score\":10,\"previousScore\":60}"]);
    }

    [Fact]
    public async Task The_timeline_tells_what_happened_newest_first()
    {
        var tenant = await server.CreateTenantAsync();
        var lead = await tenant.CreateLeadAsync();
        await MoveAsync(tenant, lead, "Qualified");
        using var tagged = await tenant.PatchAsync($"/api/crm/leads/{lead.Id()}/tags", new JsonObject { ["add"] = new JsonArray("vip") });

        var timeline = await tenant.ListAsync($"/api/crm/leads/{lead.Id()}/timeline");
        timeline.Select(entry => entry!.Text("title")).ShouldBe(["Tags changed: +vip", "Moved from New to Qualified", "Lead created"]);
        timeline[0]!.Text("kind").ShouldBe("activity");
        timeline[0]!.Text("actor").ShouldStartWith("key:");

        (await tenant.ListAsync($"/api/crm/leads/{lead.Id()}/timeline?kind=note")).ShouldBeEmpty();
        (await tenant.ListAsync($"/api/crm/leads/{lead.Id()}/timeline?limit=1&page=2"))[0]!.Text("type").ShouldBe("stage_changed");
        using var wrong = await tenant.GetAsync($"/api/crm/leads/{lead.Id()}/timeline?kind=gossip");
        await wrong.ShouldFailAsync(HttpStatusCode.BadRequest, "VALIDATION_ERROR");
    }

    private static async Task<JsonObject> MoveAsync(TenantClient tenant, JsonObject lead, string stage)
    {
        using var response = await tenant.PatchAsync($"/api/crm/leads/{lead.Id()}/move", new JsonObject { ["stageId"] = await tenant.StageIdAsync(stage) });
        return (await response.ReadDataAsync())!.AsObject();
    }
}
