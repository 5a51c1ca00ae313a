using System.Text.Json.Nodes;
using Ecodrix.Server.Features.Leads;
using Ecodrix.Server.Features.Realtime;
using Ecodrix.Server.Features.Realtime.Streams;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Leads;
using Ecodrix.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Ecodrix.Server.Tests.Realtime;

/// <summary>Whoever changes a lead, its dashboards are told, once the change is stored.</summary>
public sealed class LeadEventTests(RealtimeServer server) : IClassFixture<RealtimeServer>
{
    [Fact]
    public async Task A_lead_that_is_made_changed_tagged_and_moved_over_the_API_is_told_each_time()
    {
        var tenant = await server.CreateWatchedAsync();
        var lead = await tenant.CreateLeadAsync();
        await PatchAsync(tenant, $"/api/crm/leads/{lead.Id()}", new JsonObject { ["lastName"] = "Rao" });
        await PatchAsync(tenant, $"/api/crm/leads/{lead.Id()}/tags", new JsonObject { ["add"] = new JsonArray("vip") });
        await PatchAsync(tenant, $"/api/crm/leads/{lead.Id()}/move", new JsonObject { ["stageId"] = await tenant.StageIdAsync("Won") });

        var told = await tenant.ToldAsync();

        told.Names().ShouldBe(["crm.lead_created", "crm.lead_updated", "crm.lead_updated", "crm.lead_updated"]);
        told.Select(entry => entry.Seq()).ShouldBe([1, 2, 3, 4]);
        told[0]["data"]!["lead"]!["_id"]!.GetValue<string>().ShouldBe(lead.Id());
        told[1]["data"]!["changes"]!.ToJsonString().ShouldBe("""{"lastName":{"from":null,"to":"Rao"},"fullName":{"from":"Asha","to":"Asha Rao"}}""");
        told[2]["data"]!["changes"]!["tags"]!.ToJsonString().ShouldBe("""{"from":[],"to":["vip"]}""");
        told[3]["data"]!["changes"]!["status"]!.ToJsonString().ShouldBe("""{"from":"open","to":"won"}""");
        told[3]["data"]!["lead"]!["stage"]!["name"]!.GetValue<string>().ShouldBe("Won");
        JsonNode.DeepEquals(told[3]["data"]!["lead"], (await tenant.ReadLeadAsync(lead.Id()))).ShouldBeTrue();
        told.ShouldAllBe(entry => entry["data"]!["seq"]!.GetValue<long>() == entry.Seq() && string.Equals(entry["data"]!.Text("at"), entry.Text("at"), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_trigger_makes_its_lead_and_a_step_changes_it()
    {
        var tenant = await server.CreateWatchedAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("go", """{ "type": "add_tag", "config": { "tag": "hot" } }"""));
        var fired = await Events.EventIntents.FiredAsync(tenant, Events.EventIntents.Event("go"));

        var told = await tenant.ToldAsync();

        told.Of("crm.lead_created").Single()["lead"]!.Id().ShouldBe(fired.Text("leadId"));
        told.Of("crm.lead_updated").Single()["changes"]!["tags"]!["to"]!.ToJsonString().ShouldBe("""["hot"]""");
    }

    [Fact]
    public async Task What_changes_nothing_that_anybody_sees_is_not_told()
    {
        var tenant = await server.CreateWatchedAsync();
        var lead = await tenant.CreateLeadAsync();
        await PatchAsync(tenant, $"/api/crm/leads/{lead.Id()}", new JsonObject { ["firstName"] = "Asha" });
        await PatchAsync(tenant, $"/api/crm/leads/{lead.Id()}", new JsonObject { ["phone"] = LeadIntents.NewPhone() });

        var told = await tenant.ToldAsync();

        told.Names().ShouldBe(["crm.lead_created", "crm.lead_updated"]);
        told[1]["data"]!["changes"]!.AsObject().Select(change => change.Key).ShouldBe(["phone"]);
    }

    [Fact]
    public async Task When_a_dashboard_hears_of_a_change_the_change_is_there_for_everybody_to_read()
    {
        var tenant = await server.CreateWatchedAsync();
        var seen = new List<string>();
        server.Outlet.Before = async (id, live) =>
        {
            if (string.Equals(id.Value, tenant.Code, StringComparison.Ordinal) && live.Event.Payload.TryGetProperty("lead", out var told))
            {
                var stored = await tenant.ReadLeadAsync(told.GetProperty("_id").GetString()!);
                seen.Add($"{stored.Text("firstName")} {stored["lastName"]}".Trim());
                told.GetProperty("updatedAt").GetString().ShouldBe(stored.Text("updatedAt"));
            }
        };

        var lead = await tenant.CreateLeadAsync();
        await server.ToldAllAsync();
        await PatchAsync(tenant, $"/api/crm/leads/{lead.Id()}", new JsonObject { ["lastName"] = "Rao" });
        await server.ToldAllAsync();
        server.Outlet.Before = (_, _) => Task.CompletedTask;

        seen.ShouldBe(["Asha", "Asha Rao"]);
    }

    [Fact]
    public async Task A_change_that_did_not_become_durable_is_told_to_nobody()
    {
        var tenant = await server.CreateWatchedAsync();
        var lead = await tenant.CreateLeadAsync();
        var dying = new KilledDatabase(await tenant.OpenAsync(), new Life(0));
        var door = server.Services.GetRequiredService<LeadDoor>();

        await Should.ThrowAsync<KilledException>(() =>
            door.ChangeAsync(dying, lead.Id(), one => one with { LastName = "Rao" }, Cause.System, TestContext.Current.CancellationToken));

        (await tenant.ToldNamesAsync()).ShouldBe(["crm.lead_created"]);
    }

    [Fact]
    public async Task Another_tenant_and_the_test_twin_are_told_nothing_of_it()
    {
        var tenant = await server.CreateWatchedAsync();
        var other = await server.CreateWatchedAsync();
        await tenant.WatchAsync(twin: true);
        await tenant.CreateLeadAsync();

        (await tenant.ToldNamesAsync()).ShouldBe(["crm.lead_created"]);
        (await other.ToldNamesAsync()).ShouldBeEmpty();
        (await tenant.ToldNamesAsync(twin: true)).ShouldBeEmpty();
        server.Outlet.Of(tenant.Code).Count.ShouldBe(1);
        server.Outlet.Of(tenant.Code + "_test").ShouldBeEmpty();
        server.Outlet.Of(other.Code).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_happens_while_nobody_looks_costs_no_write()
    {
        var tenant = await server.CreateTenantAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("go", """{ "type": "notify", "config": { "title": "Look", "message": "Here" } }"""));
        await Events.EventIntents.FiredAsync(tenant, Events.EventIntents.Event("go"));

        (await tenant.ToldNamesAsync()).ShouldBeEmpty();

        var database = await tenant.OpenAsync();
        (await database.Documents<StreamHead>().CountAsync(null, 10, TestContext.Current.CancellationToken)).ShouldBe(0);
        (await database.Documents<StreamPage>().CountAsync(null, 10, TestContext.Current.CancellationToken)).ShouldBe(0);
        server.Services.GetRequiredService<RealtimeDoor>().IsWatched(TenantId.Parse(tenant.Code)).ShouldBeFalse();
        server.Outlet.Of(tenant.Code).ShouldBeEmpty();
    }

    private static async Task PatchAsync(TenantClient tenant, string path, JsonNode body)
    {
        using var response = await tenant.PatchAsync(path, body);
        await response.ReadDataAsync();
    }
}
