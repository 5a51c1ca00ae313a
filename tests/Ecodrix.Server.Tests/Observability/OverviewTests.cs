using System.Net;
using System.Text.Json.Nodes;
using Ecodrix.Engine.Jobs;
using Ecodrix.Loopback;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Server.Tests.Story;
using Ecodrix.Server.Tests.Tenants;
using Microsoft.Extensions.DependencyInjection;

namespace Ecodrix.Server.Tests.Observability;

public sealed class OverviewTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private const string Overview = "/api/admin/overview";

    [Fact]
    public async Task Each_client_shows_its_own_events_and_what_waits()
    {
        using var admin = new Operator(server);
        var (busy, quiet) = (await server.CreateTenantAsync(), await server.CreateTenantAsync());
        await busy.FiredAsync(EventIntents.Event("go"));
        await busy.FiredAsync(EventIntents.Event("later", change: body => body["delayMinutes"] = 600), HttpStatusCode.Accepted);
        using var nobody = await busy.FireAsync(new JsonObject { ["trigger"] = "go", ["phone"] = EventIntents.NewPhone() });
        await nobody.ShouldFailAsync(HttpStatusCode.NotFound, "LEAD_NOT_FOUND");

        var shown = await OfAsync(admin, busy.Code);
        (shown.Text("name").Length > 0, shown.Text("status")).ShouldBe((true, "active"));
        shown["events"]!.GetValue<long>().ShouldBe(3);
        shown["errors"]!.GetValue<long>().ShouldBe(1);
        shown["queueDepth"]!.GetValue<long>().ShouldBe(0);
        shown["oldestDueSeconds"]!.GetValue<long>().ShouldBe(0);
        shown["unknownEffects"]!.GetValue<long>().ShouldBe(0);
        (await OfAsync(admin, quiet.Code))["events"]!.GetValue<long>().ShouldBe(0);
        (await OfAsync(admin, busy.Code, "mode=test&"))["events"]!.GetValue<long>().ShouldBe(0);
    }

    [Fact]
    public async Task An_effect_of_which_nobody_knows_is_counted()
    {
        await using var providers = await Providers.StartAsync(mail: false);
        providers.Meta.Add(new MetaTemplate("hello", "en_US", "Hi"));
        var tenant = await providers.CreateTenantAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("go", """{ "type": "send_whatsapp", "config": { "templateName": "hello" } }"""));
        providers.Meta.Script.HangUp();

        await tenant.EndedRunAsync(await tenant.FiredAsync(EventIntents.Event("go")));
        await providers.Server.Services.GetRequiredService<WorkLoop>().DrainAsync(TestContext.Current.CancellationToken);

        using var admin = new Operator(providers.Server);
        (await OfAsync(admin, tenant.Code))["unknownEffects"]!.GetValue<long>().ShouldBe(1);
    }

    [Theory]
    [InlineData("hours=0", "hours")]
    [InlineData("hours=25", "hours")]
    [InlineData("hours=soon", "hours")]
    [InlineData("mode=both", "mode")]
    [InlineData("limit=201", "limit")]
    public async Task A_wrong_question_is_told_which_part_of_it_is_wrong(string query, string field)
    {
        using var admin = new Operator(server);
        using var response = await admin.GetAsync($"{Overview}?{query}");

        (await response.ShouldFailAsync(HttpStatusCode.BadRequest, "VALIDATION_ERROR"))["errors"]![field].ShouldNotBeNull();
    }

    [Fact]
    public async Task A_tenant_is_told_nothing_of_the_others()
    {
        var tenant = await server.CreateTenantAsync();
        using var response = await tenant.GetAsync(Overview);

        await response.ShouldFailAsync(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
    }

    private static async Task<JsonNode> OfAsync(Operator admin, string code, string query = "")
    {
        for (var page = 1; ; page++)
        {
            var clients = (await admin.AskAsync(HttpMethod.Get, $"{Overview}?{query}limit=200&page={page}")).AsArray();
            clients.ShouldNotBeEmpty();
            if (clients.FirstOrDefault(client => string.Equals(client!.Text("clientCode"), code, StringComparison.Ordinal)) is { } found)
            {
                return found;
            }
        }
    }
}
