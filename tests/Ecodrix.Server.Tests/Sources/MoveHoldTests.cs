using System.Net;
using System.Text.Json.Nodes;
using Ecodrix.Server.Features.Tenants.Secrets;
using Ecodrix.Server.Features.Tenants.Sources;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Server.Tests.Incidents;
using Ecodrix.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.Server.Tests.Sources;

/// <summary>While the last of a move is done, and what remains of one whose process died.</summary>
public sealed class MoveHoldTests(SourceFixture server) : IClassFixture<SourceFixture>
{
    private const string Note = """{ "type": "create_note", "config": { "content": "{{event.n}}" } }""";

    private const string Elsewhere = "mongodb://elsewhere/acme";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_that_is_held_can_be_read_its_changes_are_refused_and_its_triggers_are_taken()
    {
        var tenant = await server.CreateTenantAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("noted", Note));
        var known = EventIntents.NewPhone();
        var lead = (await tenant.FiredAsync(Noted(known))).Text("leadId");
        await server.DrainAsync();
        var placements = server.Services.GetRequiredService<PlacementBook>();
        (await placements.TryHoldAsync(tenant.Code, "mover", Cancelled)).ShouldBeTrue();

        foreach (var path in new[] { "/api/crm/leads", $"/api/crm/leads/{lead}", $"/api/crm/leads/{lead}/timeline", RuleIntents.Rules, "/api/crm/pipelines" })
        {
            using var read = await tenant.GetAsync(path);
            read.StatusCode.ShouldBe(HttpStatusCode.OK, path);
        }

        using var refused = await tenant.PostAsync("/api/crm/leads", new JsonObject { ["firstName"] = "Asha", ["phone"] = EventIntents.NewPhone() });
        await refused.ShouldFailAsync(HttpStatusCode.ServiceUnavailable, "UNAVAILABLE");
        (await tenant.FiredAsync(Noted(known)))["state"].ShouldBeNull();
        (await tenant.FiredAsync(Noted(EventIntents.NewPhone()), HttpStatusCode.Accepted)).Text("state").ShouldBe("deferred");
        await server.DrainAsync();
        (await NotesAsync(tenant, lead)).ShouldBe(1);

        await placements.ReleaseAsync(tenant.Code, "mover", Cancelled);
        await server.DrainAsync();
        (await NotesAsync(tenant, lead)).ShouldBe(2);
        (await tenant.ReadDataAsync("/api/crm/leads")).AsArray().Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_switch_of_which_nobody_told_is_known_when_the_hold_would_be_over()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var other = new SourceFixture().WithClock(clock);
        await other.InitializeAsync();
        var tenant = TenantId.Parse((await other.CreateTenantAsync()).Code);
        var places = other.Services.GetRequiredService<TenantPlaces>();
        (await other.Services.GetRequiredService<PlacementBook>().TryHoldAsync(tenant.Code, "mover", Cancelled)).ShouldBeTrue();
        await Should.ThrowAsync<DatabaseUnavailableException>(async () => await places.PlaceOfAsync(tenant, writes: true, Cancelled));
        (await places.PlaceOfAsync(tenant, writes: false, Cancelled)).ShouldBeNull();

        // As by a process that dies before it tells the others.
        var switched = new Dictionary<string, string?>(StringComparer.Ordinal) { [SecretName.DataSource] = Elsewhere, [SecretName.MoveHold] = null };
        await other.Services.GetRequiredService<SecretStore>().ChangeAsync(tenant.Code, stored => new SecretsChange(switched, stored.PreviousWebhookSecretUntil), Cancelled);
        await Should.ThrowAsync<DatabaseUnavailableException>(async () => await places.PlaceOfAsync(tenant, writes: true, Cancelled));

        clock.Advance(new SwitchTimes().Hold + TimeSpan.FromSeconds(1));
        (await places.PlaceOfAsync(tenant, writes: true, Cancelled)).ShouldBe(Elsewhere);
    }

    private static async Task<int> NotesAsync(TenantClient tenant, string lead) =>
        (await tenant.ReadDataAsync($"/api/crm/leads/{lead}/timeline")).AsArray().Count(entry => entry!.ToJsonString().Contains("noted so", StringComparison.Ordinal));

    private static JsonObject Noted(string phone) => EventIntents.Event("noted", phone, body => body["variables"] = new JsonObject { ["n"] = "noted so" });
}
