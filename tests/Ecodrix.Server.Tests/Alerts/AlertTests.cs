using System.Text.Json.Nodes;
using Ecodrix.Loopback;
using Ecodrix.Server.Features.Alerts.Knowing;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Server.Tests.Inbound;
using Ecodrix.Server.Tests.Incidents;
using Ecodrix.Server.Tests.Outages;
using Ecodrix.Server.Tests.Tenants;
using Ecodrix.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Ecodrix.Server.Tests.Alerts;

/// <summary>Each thing that an operator must know is told once when it begins, again when it goes on, and once when it is over.</summary>
public sealed class AlertTests : IAsyncLifetime
{
    private AlertScene scene = null!;

    public async ValueTask InitializeAsync() => scene = await AlertScene.StartAsync();

    public ValueTask DisposeAsync() => scene.DisposeAsync();

    [Fact]
    public async Task Work_that_is_late_is_told_again_each_hour_and_that_it_is_over_once()
    {
        var tenant = await scene.Server.CreateTenantAsync();
        await tenant.FiredAsync(EventIntents.Event("later", change: body => body["delayMinutes"] = 1), System.Net.HttpStatusCode.Accepted);
        await PatchAsync(tenant, "paused");
        await scene.PassAsync(TimeSpan.FromSeconds(119));
        (await scene.ReadAsync()).ShouldBeEmpty();

        await scene.PassAsync(TimeSpan.FromSeconds(15));
        await scene.PassAsync(TimeSpan.FromMinutes(30));
        await scene.PassAsync(TimeSpan.FromMinutes(31));

        var told = await scene.ReadAsync("work_late");
        told.Count.ShouldBe(2);
        told.Select(one => one.Text("state")).ShouldBe(["firing", "firing"]);
        told.Select(one => one.Text("id")).ShouldBeUnique(StringComparer.Ordinal);
        told[0]["since"]!.ToJsonString().ShouldBe(told[1]["since"]!.ToJsonString());
        var details = told[0]["details"]!;
        (details.Text("lane"), details.Text("clientCode")).ShouldBe(("interactive", tenant.Code));
        details["oldestDueSeconds"]!.GetValue<long>().ShouldBeInRange(73, 75);

        await PatchAsync(tenant, "active");
        scene.Clock.Advance(TimeSpan.FromSeconds(2));
        await scene.Server.DrainAsync();
        await scene.RoundAsync();
        (await scene.ReadAsync("work_late")).Count.ShouldBe(2, "it may come back in a moment");
        await scene.PassAsync(TimeSpan.FromMinutes(2));
        await scene.PassAsync(TimeSpan.FromMinutes(2));

        told = await scene.ReadAsync("work_late");
        told.Count.ShouldBe(3);
        told[2].Text("state").ShouldBe("resolved");
    }

    [Fact]
    public async Task A_client_whose_account_is_refused_is_named_once_and_no_other_and_the_end_is_told()
    {
        var tenant = await scene.Inbound.CreateSenderAsync();
        var other = await scene.Server.CreateTenantAsync();
        await scene.Inbound.SetAsync(tenant, new JsonObject { ["whatsappToken"] = "a-token-that-is-worth-nothing" });
        await InboundScene.RunAsync(tenant);
        await InboundScene.RunAsync(tenant);
        await scene.RoundAsync();
        await InboundScene.RunAsync(tenant);
        await scene.PassAsync(TimeSpan.FromMinutes(10));

        var told = (await scene.ReadAsync()).ShouldHaveSingleItem();
        (told.Text("type"), told.Text("state"), told.Text("clientCode"), told.Text("mode")).ShouldBe(("credentials_failed", "firing", tenant.Code, "live"));
        (told["details"]!.Text("service"), told["details"]!.Text("code")).ShouldBe(("whatsapp", "190"));
        told.ToJsonString().ShouldNotContain("worth-nothing");
        told.ToJsonString().ShouldNotContain(other.Code);

        await scene.Inbound.SetAsync(tenant, new JsonObject { ["whatsappToken"] = scene.Inbound.Meta.Token });
        // The first look hears that the token itself was asked about, too, and refused, just after the last one.
        foreach (var minutes in (int[])[1, 3, 3])
        {
            await scene.PassAsync(TimeSpan.FromMinutes(minutes));
        }

        (await scene.ReadAsync()).Select(one => one.Text("state")).ShouldBe(["firing", "resolved"]);
    }

    [Fact]
    public async Task What_comes_for_numbers_that_nobody_has_is_told_at_once_and_then_together()
    {
        await scene.RoundAsync();
        scene.Clock.Advance(TimeSpan.FromSeconds(10));
        await PostForNobodyAsync("5550001");
        await scene.PassAsync(TimeSpan.FromSeconds(30));
        await PostForNobodyAsync("5550002");
        await PostForNobodyAsync("5550003");
        await scene.PassAsync(TimeSpan.FromSeconds(30));
        (await scene.ReadAsync("quarantine_grew")).ShouldHaveSingleItem()["details"]!["count"]!.GetValue<int>().ShouldBe(1);

        await scene.PassAsync(TimeSpan.FromMinutes(15));
        await scene.PassAsync(TimeSpan.FromHours(3));

        var told = await scene.ReadAsync("quarantine_grew");
        told.Select(one => (one.Text("state"), one["details"]!["count"]!.GetValue<int>())).ShouldBe([("occurred", 1), ("occurred", 2)]);
        told.ShouldAllBe(one => !one.ToJsonString(null).Contains("555000", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Effects_that_nobody_knows_of_are_told_with_their_events_and_without_whom_they_were_for()
    {
        var tenant = await scene.Inbound.CreateSenderAsync();
        var other = await scene.Inbound.Server.CreateTenantAsync();
        var first = await InboundScene.UnknownAsync(scene.Inbound, tenant);
        await scene.RoundAsync();
        var second = await InboundScene.UnknownAsync(scene.Inbound, tenant);
        var third = await InboundScene.UnknownAsync(scene.Inbound, tenant);
        await scene.PassAsync(TimeSpan.FromMinutes(14));
        (await scene.ReadAsync("effect_unknown")).Count.ShouldBe(1);
        await scene.PassAsync(TimeSpan.FromMinutes(2));

        var told = await scene.ReadAsync("effect_unknown");
        told.Select(one => (one.Text("clientCode"), one["details"]!["count"]!.GetValue<int>())).ShouldBe([(tenant.Code, 1), (tenant.Code, 2)]);
        EventsOf(told[0]).ShouldBe([first.Text("eventLogId")]);
        EventsOf(told[1]).ShouldBe([second.Text("eventLogId"), third.Text("eventLogId")], ignoreOrder: true);
        told.ShouldAllBe(one => !one.ToJsonString(null).Contains(other.Code, StringComparison.Ordinal) && !one.ToJsonString(null).Contains("+91", StringComparison.Ordinal));
        (await scene.ReadAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_clients_database_that_is_down_is_told_and_that_it_answers_again()
    {
        TestStorage.NeedsFiles("The database is taken away as a file.");
        var tenant = await scene.Server.CreateTenantAsync();
        var other = await scene.Server.CreateTenantAsync();
        tenant.TakeDatabaseAway();
        for (var turn = 0; turn < 3; turn++)
        {
            using var read = await tenant.GetAsync("/api/crm/leads");
        }

        await scene.RoundAsync();
        await scene.PassAsync(TimeSpan.FromMinutes(5));
        var told = (await scene.ReadAsync("database_down")).ShouldHaveSingleItem();
        (told.Text("state"), told.Text("clientCode"), told["details"]!.Text("database")).ShouldBe(("firing", tenant.Code, "client"));
        told.ToJsonString().ShouldNotContain(other.Code);

        await tenant.PutDatabaseBackAsync();
        await scene.PassAsync(TimeSpan.FromSeconds(30));
        await scene.PassAsync(TimeSpan.FromMinutes(3));
        (await scene.ReadAsync("database_down")).Select(one => one.Text("state")).ShouldBe(["firing", "resolved"]);
    }

    [Fact]
    public async Task A_key_that_ends_within_a_week_is_told_each_day_and_one_made_for_less_or_revoked_never()
    {
        var tenant = await scene.Server.CreateTenantAsync();
        using var admin = new Operator(scene.Server);
        var keys = $"/api/clients/{tenant.Code}/keys";
        string Later(double days) => Instants.Write(scene.Clock.GetUtcNow() + TimeSpan.FromDays(days));
        var longLived = await admin.AskAsync(HttpMethod.Post, keys, new JsonObject { ["label"] = "Anna", ["mode"] = "live", ["expiresAt"] = Later(10) });
        await admin.AskAsync(HttpMethod.Post, keys, new JsonObject { ["label"] = "short", ["mode"] = "live", ["expiresAt"] = Later(6) });
        var revoked = await admin.AskAsync(HttpMethod.Post, keys, new JsonObject { ["label"] = "revoked", ["mode"] = "live", ["expiresAt"] = Later(10) });
        await admin.AskAsync(HttpMethod.Delete, $"{keys}/{KeyIdOf(revoked)}");
        await scene.PassAsync(TimeSpan.FromDays(2.9));
        (await scene.ReadAsync("token_expiring")).ShouldBeEmpty();

        await scene.PassAsync(TimeSpan.FromDays(0.2));
        await scene.PassAsync(TimeSpan.FromHours(12));
        await scene.PassAsync(TimeSpan.FromHours(12));

        var told = await scene.ReadAsync("token_expiring");
        told.Count.ShouldBe(2);
        told.Select(one => (one["details"]!.Text("keyId"), one.Text("clientCode"))).Distinct().ShouldBe([(KeyIdOf(longLived), tenant.Code)]);
        told[0].ToJsonString().ShouldNotContain("Anna");

        await admin.AskAsync(HttpMethod.Delete, $"{keys}/{KeyIdOf(longLived)}");
        await scene.PassAsync(TimeSpan.FromHours(2));
        await scene.PassAsync(TimeSpan.FromDays(2));
        (await scene.ReadAsync("token_expiring")).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_token_of_Metas_that_ends_within_a_week_is_told_and_a_new_one_ends_that()
    {
        var tenant = await scene.Inbound.CreateSenderAsync();
        scene.Inbound.Meta.TokenEndsAt = scene.Clock.GetUtcNow() + TimeSpan.FromDays(8);
        await scene.RoundAsync();
        (await scene.ReadAsync()).ShouldBeEmpty();

        await scene.PassAsync(TimeSpan.FromDays(1.5));
        var told = (await scene.ReadAsync("token_expiring")).ShouldHaveSingleItem();
        (told["details"]!.Text("token"), told.Text("clientCode")).ShouldBe(("whatsappToken", tenant.Code));
        told["details"]!["expiresAt"]!.GetValue<DateTimeOffset>().ShouldBe(scene.Inbound.Meta.TokenEndsAt.Value, TimeSpan.FromSeconds(1));
        told.ToJsonString().ShouldNotContain(scene.Inbound.Meta.Token);

        scene.Inbound.Meta.TokenEndsAt = null;
        await scene.PassAsync(TimeSpan.FromDays(2));
        (await scene.ReadAsync("token_expiring")).Count.ShouldBe(1);
        (await scene.Server.Services.GetRequiredService<AlertBook>().LastingAsync(AlertKind.TokenExpiring, TestContext.Current.CancellationToken)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_known_of_a_client_goes_with_it()
    {
        var tenant = await scene.Inbound.CreateSenderAsync();
        await InboundScene.UnknownAsync(scene.Inbound, tenant);
        await scene.RoundAsync();
        using var admin = new Operator(scene.Server);
        var asked = await admin.AskAsync(HttpMethod.Delete, $"/api/clients/{tenant.Code}?purge=true");
        await admin.AskAsync(HttpMethod.Delete, $"/api/clients/{tenant.Code}?purge=true&confirm={asked["confirm"]}");

        var left = await scene.Server.Services.GetRequiredService<IServicesDatabase>().Documents<Alert>().QueryAsync(new DocumentQuery(null, 100), TestContext.Current.CancellationToken);

        left.ShouldAllBe(alert => !string.Equals(alert.Tenant, tenant.Code, StringComparison.Ordinal));
    }

    private static IEnumerable<string> EventsOf(JsonObject told) => told["details"]!["eventLogIds"]!.AsArray().Select(id => id!.GetValue<string>());

    private static string KeyIdOf(JsonNode made) => made["key"]!.Text("keyId");

    private async Task PatchAsync(TenantClient tenant, string status)
    {
        using var admin = new Operator(scene.Server);
        await admin.AskAsync(HttpMethod.Patch, $"/api/clients/{tenant.Code}", new JsonObject { ["status"] = status });
    }

    private async Task PostForNobodyAsync(string number)
    {
        var body = MetaWebhook.Body("42", MetaWebhook.Change(number, "messages", MetaWebhook.Text("wamid." + number, "+919812345678", "Hello", scene.Clock.GetUtcNow())));
        using var response = await scene.Inbound.PostAsync(body, scene.Inbound.Meta.AppSecret);
        response.StatusCode.ShouldBe(System.Net.HttpStatusCode.OK);
    }
}
