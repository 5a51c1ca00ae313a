using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Ecodrix.Loopback;
using Ecodrix.Server.Features.Tenants.Secrets;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.Server.Tests.Operations;

public sealed class ClientHealthTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private const string Path = "/api/saas/health/client";

    private const string Stop = """{ "type": "stop" }""";

    [Fact]
    public async Task A_new_client_has_its_database_and_nothing_else()
    {
        var tenant = await server.CreateTenantAsync();

        var health = await tenant.ReadDataAsync(Path);

        health.Text("clientCode").ShouldBe(tenant.Code);
        health["services"]!.AsObject().Select(service => $"{service.Key} {service.Value!.Text("status")}").ShouldBe(
            ["whatsapp not_configured", "email not_configured", "googleMeet not_configured", "storage not_configured", "database connected"]);
        health["activeAutomations"]!.GetValue<int>().ShouldBe(0);
        health["queueDepth"]!.GetValue<int>().ShouldBe(0);
        health["oldestDueSeconds"]!.GetValue<long>().ShouldBe(0);
    }

    [Fact]
    public async Task A_test_key_is_told_of_the_sandbox()
    {
        var tenant = await server.CreateTenantAsync();

        using var response = await tenant.TestHttp.GetAsync(Path, TestContext.Current.CancellationToken);
        var health = (await response.ReadDataAsync())!;

        foreach (var service in new[] { "whatsapp", "email", "googleMeet" })
        {
            health["services"]![service]!.Text("status").ShouldBe("sandbox");
        }
    }

    [Fact]
    public async Task Rules_that_are_switched_off_and_another_clients_are_not_counted()
    {
        var tenant = await server.CreateTenantAsync();
        var other = await server.CreateTenantAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("a", Stop));
        await tenant.CreateRuleAsync(RuleIntents.Rule("a", Stop, rule => rule["isActive"] = false));
        await other.CreateRuleAsync(RuleIntents.Rule("a", Stop));
        await other.CreateRuleAsync(RuleIntents.Rule("a", Stop));

        (await tenant.ReadDataAsync(Path))["activeAutomations"]!.GetValue<int>().ShouldBe(1);
        (await other.ReadDataAsync(Path))["activeAutomations"]!.GetValue<int>().ShouldBe(2);
    }

    [Fact]
    public async Task Work_that_is_late_is_counted_for_its_own_client_and_work_for_later_is_not()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var idle = await ServerFixture.StartAsync(
            services: all => all.AddSingleton<TimeProvider>(clock).Configure<Engine.EngineOptions>(options => options.Works = false));
        var tenant = await idle.CreateTenantAsync();
        var other = await idle.CreateTenantAsync();
        await tenant.FiredAsync(EventIntents.Event("now", change: body => body["callbackUrl"] = "https://example.com/"));
        await tenant.FiredAsync(EventIntents.Event("later", change: body => body["delayMinutes"] = 60), System.Net.HttpStatusCode.Accepted);

        clock.Advance(TimeSpan.FromSeconds(90));
        var health = await tenant.ReadDataAsync(Path);

        health["queueDepth"]!.GetValue<int>().ShouldBe(1);
        health["oldestDueSeconds"]!.GetValue<long>().ShouldBe(90);
        (await other.ReadDataAsync(Path))["queueDepth"]!.GetValue<int>().ShouldBe(0);
    }

    [Fact]
    public async Task A_service_is_asked_with_its_own_account_and_an_error_is_told_in_the_providers_words()
    {
        await using var meta = await LoopbackMeta.StartAsync();
        await using var google = await LoopbackGoogle.StartAsync();
        await using var live = await ServerFixture.StartAsync(settings: new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["ECODRIX_META_BASE_URL"] = meta.BaseUrl.AbsoluteUri,
            ["ECODRIX_GOOGLE_BASE_URL"] = google.BaseUrl.AbsoluteUri,
            ["ECODRIX_GOOGLE_OAUTH_URL"] = google.BaseUrl.AbsoluteUri,
        });
        var tenant = await live.CreateTenantAsync();
        await SetAsync(live, tenant, new JsonObject
        {
            ["whatsappToken"] = meta.Token,
            ["whatsappPhoneNumberId"] = meta.PhoneNumberId,
            ["whatsappBusinessId"] = meta.BusinessId,
            ["googleClientId"] = google.ClientId,
            ["googleClientSecret"] = google.ClientSecret,
            ["googleRefreshToken"] = "1//withdrawn",
        });

        var services = (await tenant.ReadDataAsync(Path))["services"]!;
        var asked = meta.Requests;
        await tenant.ReadDataAsync(Path);

        services["whatsapp"]!.Text("status").ShouldBe("connected");
        services["googleMeet"]!.Text("status").ShouldBe("error");
        services["googleMeet"]!.Text("details").ShouldNotBeNullOrWhiteSpace();
        meta.Requests.ShouldBe(asked);

        await SetAsync(live, tenant, new JsonObject { ["whatsappToken"] = "another" });
        (await tenant.ReadDataAsync(Path))["services"]!["whatsapp"]!.Text("status").ShouldBe("error");
    }

    [Fact]
    public async Task Secrets_that_cannot_be_read_are_an_error_of_their_services_alone()
    {
        await using var live = new ServerFixture();
        await live.InitializeAsync();
        var tenant = await live.CreateTenantAsync();
        await SetAsync(live, tenant, new JsonObject { ["smtpHost"] = "localhost", ["smtpPort"] = 25, ["smtpUser"] = "u", ["smtpPass"] = "p", ["smtpFrom"] = "a@example.com" });
        await BreakSealsAsync(live, tenant);

        var services = (await tenant.ReadDataAsync(Path))["services"]!;

        services["email"]!.Text("status").ShouldBe("error");
        services["email"]!.Text("details").ShouldContain("cannot be read");
        services["database"]!.Text("status").ShouldBe("connected");
    }

    private static async Task BreakSealsAsync(ServerFixture live, TenantClient tenant)
    {
        var sets = live.Services.GetRequiredService<IServicesDatabase>().Documents<SecretSet>();
        var stored = (await sets.FindAsync(tenant.Code, TestContext.Current.CancellationToken))!;
        var changed = new Dictionary<string, string>(stored.Sealed, StringComparer.Ordinal) { ["smtpPass"] = "1.gone.AAAA" };
        (await sets.TryReplaceAsync(stored.Next(changed), TestContext.Current.CancellationToken)).ShouldBeTrue();
    }

    private static async Task SetAsync(ServerFixture live, TenantClient tenant, JsonObject secrets)
    {
        using var admin = live.CreateAdminClient();
        using var set = await admin.PostAsJsonAsync($"/api/clients/{tenant.Code}/secrets", secrets, TestContext.Current.CancellationToken);
        set.IsSuccessStatusCode.ShouldBeTrue(await set.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
