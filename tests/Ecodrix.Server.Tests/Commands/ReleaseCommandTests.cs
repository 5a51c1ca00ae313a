using System.Diagnostics;
using System.Text.RegularExpressions;
using Ecodrix.Server.Features.Tenants.FirstStart;
using Ecodrix.Server.Tests.Callbacks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ecodrix.Server.Tests.Commands;

/// <summary>What an operator types around a restore, against a server that listens.</summary>
public sealed class ReleaseCommandTests : IAsyncLifetime
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("ecodrix-release-");

    private WebApplication app = null!;

    private string url = "";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        app = EngineHost.Build(
            ["--environment=Development", "--urls=http://127.0.0.1:0", $"--ECODRIX_DATABASE=sqlite:{folder.FullName}/data/services.db", $"--ECODRIX_TENANT_DATABASE=sqlite:{folder.FullName}/data/{{code}}.db", "--ECODRIX_HOLD=true", $"--ECODRIX_ADMIN_KEY=ops:{ServerFixture.AdminKey}"],
            replace: builder =>
            {
                builder.Logging.ClearProviders();
                builder.Services.AddSingleton(new WelcomeOutput(TextWriter.Null));
            });
        await app.StartAsync(Cancelled);
        url = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Counts_are_shown_first_a_no_changes_nothing_and_a_yes_ends_the_hold()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        await FireAsync(receiver.Url);

        var refused = await RunAsync("n", "release", "--due-before", "now");
        (refused.Code, refused.Error.Trim()).ShouldBe((1, "Nothing was changed."));
        refused.Output.ShouldContain("DEMO live: 0 WhatsApp, 0 mail, 0 meetings, 1 callbacks, owed since ");
        refused.Output.ShouldContain("leaves now. Go on? [y/N]");
        receiver.IsEmpty.ShouldBeTrue();

        var done = await RunAsync("y", "release", "--due-before", "now");
        done.Code.ShouldBe(0, done.Error);
        Regex.IsMatch(done.Output, @"hold\s+ended").ShouldBeTrue(done.Output);
        await receiver.NextAsync();

        (await RunAsync("y", "release", "--due-before", "now", "--yes")).Error.ShouldContain("No hold is in force");
    }

    [Fact]
    public async Task A_backup_says_what_it_has_made_and_migrations_that_none_is_pending()
    {
        var made = await RunAsync("", "backup", Path.Combine(folder.FullName, "copy"));
        made.Code.ShouldBe(0, made.Error);
        Regex.IsMatch(made.Output, @"files\s+[23]").ShouldBeTrue(made.Output);
        File.Exists(Path.Combine(folder.FullName, "copy", "services.db")).ShouldBeTrue();
        (await RunAsync("", "backup", Path.Combine(folder.FullName, "copy"))).Error.ShouldContain("something lies in it");

        (await RunAsync("", "migrate", "--status")).Output.Trim().ShouldBe("None is pending.");
    }

    /// <summary>Of the demo client, and waits until it is held.</summary>
    private async Task FireAsync(Uri callback)
    {
        using var http = new HttpClient { BaseAddress = new Uri(url) };
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

    private async Task<(int Code, string Output, string Error)> RunAsync(string answer, params string[] args)
    {
        var program = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "Ecodrix.Server.exe" : "Ecodrix.Server");
        var start = new ProcessStartInfo(program, [.. args, "--url", url])
        {
            UseShellExecute = false,
            WorkingDirectory = folder.FullName,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ECODRIX_ADMIN_KEY"] = ServerFixture.AdminKey;
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteLineAsync(answer.AsMemory(), Cancelled);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(Cancelled);
        var error = process.StandardError.ReadToEndAsync(Cancelled);
        await process.WaitForExitAsync(Cancelled);
        return (process.ExitCode, await output, await error);
    }
}
