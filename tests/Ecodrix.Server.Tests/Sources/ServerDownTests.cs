using System.Diagnostics;
using System.Net;
using Ecodrix.Loopback;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Server.Tests.Incidents;
using Ecodrix.Server.Tests.Outages;

namespace Ecodrix.Server.Tests.Sources;

/// <summary>When the server of one client's own database is cut off, or answers nothing.</summary>
public sealed class ServerDownTests(SourceFixture server) : IClassFixture<SourceFixture>
{
    private const string CountUp = """{ "type": "update_lead", "config": { "fields": { "dealValue": "{{event.n}}" } } }""";

    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(3);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Its_requests_are_told_so_within_three_seconds_its_triggers_are_kept_and_no_other_notices(bool silently)
    {
        await using var own = new OwnServer();
        using var wire = new Wire(own.Host);
        var tenant = await server.CreateTenantAtAsync(own.AddressOf("acme", wire));
        var other = await server.CreateTenantAsync();
        var phone = EventIntents.NewPhone();
        await tenant.CreateRuleAsync(RuleIntents.Rule("count", CountUp));
        await tenant.FiredAsync(Numbered(phone, 0));
        await other.FiredAsync(EventIntents.Event("warm"));
        if (silently)
        {
            wire.FallSilent();
        }
        else
        {
            wire.Cut();
        }

        for (var attempt = 0; attempt < 3; attempt++)
        {
            var began = Stopwatch.GetTimestamp();
            using var refused = await tenant.GetAsync("/api/crm/leads");
            await refused.ShouldFailAsync(HttpStatusCode.ServiceUnavailable, "UNAVAILABLE");
            Stopwatch.GetElapsedTime(began).ShouldBeLessThan(Promised + TimeSpan.FromSeconds(1)); // The machine's own share.
        }

        tenant.KnowsToBeDown().ShouldBeTrue();
        for (var n = 1; n <= 5; n++)
        {
            (await tenant.FiredAsync(Numbered(phone, n), HttpStatusCode.Accepted)).Text("state").ShouldBe("deferred");
        }

        (await other.FiredAsync(EventIntents.Event("meanwhile")))["state"].ShouldBeNull();

        wire.Mend();
        while (tenant.KnowsToBeDown())
        {
            await server.AskDatabasesAsync();
        }

        await server.DrainAsync();
        var leads = await tenant.ReadsAsync("/api/crm/leads", read => read.AsArray() is [{ } lead] && lead["dealValue"]?.GetValue<decimal>() == 5);
        leads.AsArray().ShouldHaveSingleItem();
    }

    private static System.Text.Json.Nodes.JsonObject Numbered(string phone, int n) =>
        EventIntents.Event("count", phone, body => body["variables"] = new System.Text.Json.Nodes.JsonObject { ["n"] = n });
}
