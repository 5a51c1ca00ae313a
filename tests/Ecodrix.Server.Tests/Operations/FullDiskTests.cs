using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Events;
using Microsoft.Data.Sqlite;

namespace Ecodrix.Server.Tests.Operations;

/// <summary>A server whose disk is full: a real one, in memory and of its own, that is made too small and large again.</summary>
public sealed class FullDiskTests
{
    private const string Trigger = "/api/saas/workflows/trigger";

    private const string Mounted = "mount -t tmpfs -o size=2g disk \"$1\" && shift && exec \"$@\"";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_cannot_be_written_is_told_reads_go_on_and_when_there_is_room_again_nothing_accepted_is_missing()
    {
        TestStorage.NeedsFiles("no disk of this machine can be full.");
        var folder = Directory.CreateTempSubdirectory("ecodrix-full-");
        var copy = Directory.CreateTempSubdirectory("ecodrix-copy-");
        Assert.SkipUnless(await RunAsync("unshare", "-rm", "sh", "-c", Mounted, "sh", folder.FullName, "true"), "This system lets nobody have a disk of his own.");
        await using var server = await ServerProcess.StartAsync(folder.FullName, "unshare", "-rm", "sh", "-c", Mounted, "sh", folder.FullName);
        using var tenant = server.Connect(await server.CreateClientAsync());
        List<string> accepted = [];
        List<string> refused = [];
        await FireAsync(tenant, accepted, refused);
        refused.ShouldBeEmpty();

        await ResizeAsync(server, folder, "$(( $(df --output=used -k \"$0\" | tail -1) + 64 ))k");
        for (var turn = 0; refused.Count < 20; turn++)
        {
            turn.ShouldBeLessThan(1_000);
            await FireAsync(tenant, accepted, refused);
        }

        refused.Contains("The database cannot answer now.", StringComparer.Ordinal).ShouldBeTrue();
        using (var rule = await tenant.PostAsJsonAsync(RuleIntents.Rules, RuleIntents.Rule("a", """{ "type": "stop" }"""), Cancelled))
        {
            await rule.ShouldFailAsync(HttpStatusCode.ServiceUnavailable, "UNAVAILABLE");
        }

        await ShouldBeThereAsync(tenant, accepted[0]);

        await ResizeAsync(server, folder, "2g");
        var before = accepted.Count;
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        for (var turn = 0; accepted.Count < before + 5; turn++)
        {
            turn.ShouldBeLessThan(150, refused[^1]);
            await FireAsync(tenant, accepted, refused);
            await ticks.WaitForNextTickAsync(Cancelled);
        }

        foreach (var id in accepted)
        {
            await ShouldBeThereAsync(tenant, id);
        }

        (await RunAsync("nsenter", [.. Inside(server), "cp", "-r", folder.FullName + "/.", copy.FullName])).ShouldBeTrue();
        await ShouldBeSoundAsync(Path.Combine(copy.FullName, "services.db"));
        await ShouldBeSoundAsync(Path.Combine(copy.FullName, "tenants", "CRASH.db"));
        copy.Delete(recursive: true);
    }

    private static async Task FireAsync(HttpClient tenant, List<string> accepted, List<string> refused)
    {
        using var fired = await tenant.PostAsJsonAsync(Trigger, EventIntents.Event("full"), Cancelled);
        if (fired.StatusCode is HttpStatusCode.OK)
        {
            accepted.Add((await fired.ReadDataAsync())!.Text("eventLogId"));
            return;
        }

        refused.Add((await fired.ShouldFailAsync(HttpStatusCode.ServiceUnavailable, "UNAVAILABLE")).Text("message"));
        fired.Headers.RetryAfter.ShouldNotBeNull();
    }

    private static async Task ShouldBeThereAsync(HttpClient tenant, string id)
    {
        using var read = await tenant.GetAsync($"/api/saas/events/logs/{id}", Cancelled);
        (await read.ReadDataAsync())!.Text("_id").ShouldBe(id);
    }

    private static async Task ShouldBeSoundAsync(string file)
    {
        await using var database = new SqliteConnection($"Data Source={file};Pooling=False");
        await database.OpenAsync(Cancelled);
        await using var check = database.CreateCommand();
        check.CommandText = "PRAGMA integrity_check";
        (await check.ExecuteScalarAsync(Cancelled)).ShouldBe("ok");
    }

    /// <param name="size">As the mount takes it; <c>$0</c> is the disk's place.</param>
    private static async Task ResizeAsync(ServerProcess server, DirectoryInfo folder, string size) =>
        (await RunAsync("nsenter", [.. Inside(server), "sh", "-c", $"mount -o remount,size={size} \"$0\"", folder.FullName])).ShouldBeTrue();

    private static string[] Inside(ServerProcess server) =>
        ["-t", server.Id.ToString(CultureInfo.InvariantCulture), "-U", "-m", "--preserve-credentials", "--"];

    private static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        try
        {
            using var run = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })!;
            await run.WaitForExitAsync(Cancelled);
            return run.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // There is no such program here.
        }
    }
}
