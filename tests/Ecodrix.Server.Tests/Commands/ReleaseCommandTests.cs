using System.Text.RegularExpressions;
using Ecodrix.Server.Tests.Callbacks;

namespace Ecodrix.Server.Tests.Commands;

/// <summary>What an operator types around a restore, against a server that listens.</summary>
public sealed class ReleaseCommandTests() : ListeningServer("release")
{
    protected override IEnumerable<string> Settings => ["--ECODRIX_HOLD=true"];

    [Fact]
    public async Task Counts_are_shown_first_a_no_changes_nothing_and_a_yes_ends_the_hold()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        await FireAsync(receiver.Url);

        var refused = await AnswerAsync("n", "release", "--due-before", "now");
        (refused.Code, refused.Error.Trim()).ShouldBe((1, "Nothing was changed."));
        refused.Output.ShouldContain("DEMO live: 0 WhatsApp, 0 mail, 0 meetings, 1 callbacks, owed since ");
        refused.Output.ShouldContain("leaves now. Go on? [y/N]");
        receiver.IsEmpty.ShouldBeTrue();

        var done = await AnswerAsync("y", "release", "--due-before", "now");
        done.Code.ShouldBe(0, done.Error);
        Regex.IsMatch(done.Output, @"hold\s+ended").ShouldBeTrue(done.Output);
        await receiver.NextAsync();

        (await AnswerAsync("y", "release", "--due-before", "now", "--yes")).Error.ShouldContain("No hold is in force");
    }

    [Fact]
    public async Task A_backup_says_what_it_has_made_and_migrations_that_none_is_pending()
    {
        var made = await RunAsync("backup", Path.Combine(Folder.FullName, "copy"));
        made.Code.ShouldBe(0, made.Error);
        Regex.IsMatch(made.Output, @"files\s+[23]").ShouldBeTrue(made.Output);
        File.Exists(Path.Combine(Folder.FullName, "copy", "services.db")).ShouldBeTrue();
        (await RunAsync("backup", Path.Combine(Folder.FullName, "copy"))).Error.ShouldContain("something lies in it");

        (await RunAsync("migrate", "--status")).Output.Trim().ShouldBe("None is pending.");
    }

    /// <summary>Of the demo client, and waits until it is held.</summary>
    private async Task FireAsync(Uri callback)
    {
        using var http = new HttpClient { BaseAddress = new Uri(Url) };
        http.DefaultRequestHeaders.Add("x-core-api-key", ServerFixture.AdminKey);
        using var made = await System.Net.Http.Json.HttpClientJsonExtensions.PostAsJsonAsync(http, "/api/clients/DEMO/keys", new { label = "test", mode = "live" }, Cancelled);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/saas/workflows/trigger");
        request.Headers.Add("x-api-key", (await made.ReadDataAsync(System.Net.HttpStatusCode.Created))!["apiKey"]!.GetValue<string>());
        request.Headers.Add("x-client-code", "DEMO");
        request.Content = System.Net.Http.Json.JsonContent.Create(new { trigger = "held", email = "asha@example.com", createLeadIfMissing = true, callbackUrl = callback });
        using var fired = await http.SendAsync(request, Cancelled);
        fired.IsSuccessStatusCode.ShouldBeTrue(await fired.Content.ReadAsStringAsync(Cancelled));

        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        for (var turn = 0; ; turn++)
        {
            using var shown = await http.GetAsync("/api/admin/hold", Cancelled);
            if ((await shown.ReadDataAsync())!["waiting"]!.AsArray().Count > 0)
            {
                return;
            }

            turn.ShouldBeLessThan(500);
            await ticks.WaitForNextTickAsync(Cancelled);
        }
    }
}
