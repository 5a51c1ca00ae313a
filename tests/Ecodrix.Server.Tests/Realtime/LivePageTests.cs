using System.Text.Json.Nodes;
using Ecodrix.Loopback;
using Ecodrix.Server.Features.Realtime.Sockets;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Ecodrix.Server.Tests.Realtime;

/// <summary>The page <c>/live</c> in a real browser against the server.</summary>
public sealed class LivePageTests(PortServer server) : IClassFixture<PortServer>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_appears_step_by_step_with_its_message_and_its_callback()
    {
        SkipWithoutChromium();
        await using var receiver = await CallbackReceiver.StartAsync();
        var tenant = await server.CreateTenantAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("booked", $$"""{ "type": "add_tag", "config": { "tag": "hot" } }, {{RuleIntents.Wait(60)}}, { "type": "create_note", "config": { "content": "Came" } }"""));
        await using var page = await OpenAsync(await tenant.WatchAsync(twin: true));
        (await page.UntilAsync(text => text.Contains($"{tenant.Code} · test mode\nLive", StringComparison.Ordinal), Cancelled)).ShouldContain("Nothing has happened yet");
        (await page.EvaluateAsync("location.href", Cancelled))!.GetValue<string>().ShouldBe(new Uri(server.Address, "/live").AbsoluteUri);

        await tenant.FireTwinAsync(EventIntents.Event("booked", change: body =>
        {
            body["callbackUrl"] = receiver.Url.AbsoluteUri;
            body["leadData"] = new JsonObject { ["firstName"] = "Asha" };
        }));
        var waiting = await page.UntilAsync(text => text.Contains("waiting until", StringComparison.Ordinal) && text.Contains("200 in", StringComparison.Ordinal), Cancelled);
        InOrder(waiting, "booked", "Asha", "goes on later", "On booked", "waiting", "Add a tag", "done", "Wait", "waiting until", "Write a note", "to come", "CALLBACK TO", receiver.Url.AbsoluteUri, "delivered", "200 in", "attempt 1");

        using var advanced = await tenant.TestHttp.PostAsync("/api/saas/sandbox/clock/advance", new StringContent("""{"minutes":61}""", System.Text.Encoding.UTF8, "application/json"), Cancelled);
        var done = await page.UntilAsync(text => !text.Contains("to come", StringComparison.Ordinal) && !text.Contains("waiting", StringComparison.Ordinal) && !text.Contains("goes on", StringComparison.Ordinal), Cancelled);
        InOrder(done, "booked", "completed", "On booked", "completed", "Add a tag", "done", "Wait", "done", "Write a note", "done");
        page.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_failed_shows_the_providers_words_and_a_callback_that_failed_shows_each_attempt()
    {
        SkipWithoutChromium();
        await using var receiver = await CallbackReceiver.StartAsync();
        receiver.Script.Answer(500, "{}");
        var tenant = await server.CreateTenantAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("go", """{ "type": "send_whatsapp", "config": { "templateName": "hello", "language": "en_US" } }"""));
        await using var page = await OpenAsync(await tenant.WatchAsync(twin: true));

        await tenant.FireTwinAsync(EventIntents.Event("go", "+919999131026", change: body => body["callbackUrl"] = receiver.Url.AbsoluteUri));
        var text = await page.UntilAsync(text => text.Contains("500 in", StringComparison.Ordinal) && text.Contains("131026", StringComparison.Ordinal), Cancelled);

        InOrder(text, "go", "failed", "On go", "failed", "WhatsApp message", "failed", "131026", "will be tried again", "500 in", "attempt 1", "The next attempt is at");
    }

    [Fact]
    public async Task Markup_in_what_came_stays_text()
    {
        SkipWithoutChromium();
        const string Nasty = "<img src=x onerror=\"document.title='taken'\"><script>1</script>";
        var tenant = await server.CreateTenantAsync();
        await using var page = await OpenAsync(await tenant.WatchAsync());

        await tenant.FiredAsync(EventIntents.Event("go", change: body => body["leadData"] = new JsonObject { ["firstName"] = Nasty }));
        await page.UntilAsync(text => text.Contains(Nasty, StringComparison.Ordinal), Cancelled);

        (await page.EvaluateAsync("document.querySelectorAll('img, main script').length", Cancelled))!.GetValue<int>().ShouldBe(0);
        (await page.EvaluateAsync("document.title", Cancelled))!.GetValue<string>().ShouldBe($"{tenant.Code} live");
    }

    [Fact]
    public async Task A_page_that_was_cut_off_catches_up_and_shows_nothing_twice_nor_anothers()
    {
        SkipWithoutChromium();
        var tenant = await server.CreateTenantAsync();
        var other = await server.CreateTenantAsync();
        await using var page = await OpenAsync(await tenant.WatchAsync());
        await tenant.FiredAsync(EventIntents.Event("first_one"));
        await page.UntilAsync(text => text.Contains("first_one", StringComparison.Ordinal), Cancelled);

        Cut(tenant);
        await tenant.FiredAsync(EventIntents.Event("second_one"));
        await other.FiredAsync(EventIntents.Event("strangers_one"));
        await page.UntilAsync(text => text.Contains("second_one", StringComparison.Ordinal) && !text.Contains("Connection lost", StringComparison.Ordinal), Cancelled);
        await tenant.FiredAsync(EventIntents.Event("third_one"));
        var text = await page.UntilAsync(text => text.Contains("third_one", StringComparison.Ordinal), Cancelled);

        InOrder(text, "third_one", "second_one", "first_one");
        text.ShouldNotContain("strangers_one");
        (await page.EvaluateAsync("document.querySelectorAll('.card').length", Cancelled))!.GetValue<int>().ShouldBe(3);
    }

    [Fact]
    public async Task A_link_that_does_not_work_says_how_to_get_another()
    {
        SkipWithoutChromium();
        await using var page = await OpenAsync("erix_rt_0000000000000000000000000000000000000000");
        await page.UntilAsync(text => text.Contains("This link does not work", StringComparison.Ordinal) && text.Contains("ecodrix live", StringComparison.Ordinal), Cancelled);

        await page.OpenAsync(new Uri(server.Address, "/live?again"), Cancelled);
        await page.UntilAsync(text => text.Contains("No link was opened", StringComparison.Ordinal), Cancelled);
    }

    [Fact]
    public async Task The_page_fits_a_phone_and_survives_a_reload()
    {
        SkipWithoutChromium();
        var tenant = await server.CreateTenantAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("go", """{ "type": "add_tag", "config": { "tag": "hot" } }, { "type": "create_note", "config": { "content": "Came" } }"""));
        await using var page = await OpenAsync(await tenant.WatchAsync());
        await page.SizeAsync(390, 844, Cancelled);
        await tenant.FiredAsync(EventIntents.Event("go", change: body => body["callbackUrl"] = $"http://127.0.0.1:9/{new string('x', 200)}"));
        await page.UntilAsync(text => text.Contains("attempt 1", StringComparison.Ordinal), Cancelled);

        (await page.EvaluateAsync("document.documentElement.scrollWidth", Cancelled))!.GetValue<int>().ShouldBe(390);
        await page.OpenAsync(new Uri(server.Address, "/live?reloaded"), Cancelled);
        await page.UntilAsync(text => text.Contains("attempt 1", StringComparison.Ordinal), Cancelled);
    }

    private static void SkipWithoutChromium() => Assert.SkipWhen(Chromium.WhyUnavailable() is not null, Chromium.WhyUnavailable() ?? "");

    private async Task<Chromium> OpenAsync(string token)
    {
        var page = await Chromium.StartAsync(Cancelled);
        await page.OpenAsync(new Uri(server.Address, $"/live#token={token}"), Cancelled);
        return page;
    }

    private void Cut(TenantClient tenant)
    {
        foreach (var socket in server.Services.GetRequiredService<Connections>().Of(TenantId.Parse(tenant.Code)))
        {
            socket.Disconnect(close: true);
        }
    }

    private static void InOrder(string text, params string[] parts)
    {
        var from = 0;
        foreach (var part in parts)
        {
            var at = text.IndexOf(part, from, StringComparison.OrdinalIgnoreCase);
            at.ShouldBeGreaterThanOrEqualTo(0, $"{part} is missing behind {from} in: {text}");
            from = at + part.Length;
        }
    }
}
