using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Server.Tests.Sandbox;

namespace Ecodrix.Server.Tests.Crashes;

/// <summary>A test twin's clock is advanced, and the server dies at each write on the way.</summary>
public sealed class KilledClockTests
{
    private static readonly JsonObject TwoMails = RuleIntents.Rule("joined", """
        { "type": "wait", "config": { "minutes": 1440 } },
        { "type": "send_email", "config": { "subject": "one", "htmlBody": "x" } },
        { "type": "wait", "config": { "minutes": 1440 } },
        { "type": "send_email", "config": { "subject": "two", "htmlBody": "x" } }
        """, rule => rule["isSequence"] = true);

    [Fact]
    public async Task What_falls_due_on_the_way_happens_once_at_whatever_write_the_server_dies()
    {
        (await Doom.AtEachWriteAsync(DiesAsync)).ShouldBeGreaterThanOrEqualTo(8);
    }

    private static async Task<bool> DiesAsync(int write)
    {
        var doom = new Doom();
        await using var first = new ServerFixture();
        doom.Connect(first);
        await first.InitializeAsync();
        var twin = new Twin(await first.CreateTenantAsync());
        await twin.CreateRuleAsync(TwoMails.DeepClone());
        var fired = await twin.FireAsync(EventIntents.Event("joined", change: body => body["email"] = "asha@example.com"));
        await KilledIngestionTests.WorkOffAsync(first, doom);

        doom.At(write);
        using (var response = await twin.Client.TestHttp.PostAsJsonAsync(Twin.Advance, new JsonObject { ["minutes"] = 3 * 1440 }, TestContext.Current.CancellationToken))
        {
            (response.IsSuccessStatusCode || doom.IsDead).ShouldBeTrue(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }

        if (!await KilledIngestionTests.WorkOffAsync(first, doom))
        {
            await AssertAsync(twin, fired, $"no death at write {write}");
            return false;
        }

        await using var second = await doom.RestartAsync();
        var client = twin.Client;
        var again = new Twin(new TenantClient(second, client.Code, client.LiveKey, client.TestKey, client.WebhookSecret));
        await again.AdvanceAsync(TimeSpan.FromDays(3));
        await AssertAsync(again, fired, $"death at write {write}");
        return true;
    }

    private static async Task AssertAsync(Twin twin, JsonNode fired, string where)
    {
        var run = await twin.RunAsync(fired);
        run.Text("status").ShouldBe("completed", $"{where}: {run.ToJsonString()}");
        (await twin.MailAsync()).Select(mail => mail.Text("subject")).ShouldBe(["one", "two"], where);
        (await twin.GetAsync("/api/saas/sandbox/clock"))["aheadMinutes"]!.GetValue<double>().ShouldBeInRange(3 * 1440, (6 * 1440) + 1, where);
    }
}
