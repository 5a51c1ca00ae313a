using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Ecodrix.Server.Commands;

namespace Ecodrix.Server.Tests.Commands;

/// <summary>The program as a person at a terminal runs it: processes of its own, in a folder of their own.</summary>
public sealed class CommandLineTests : IDisposable
{
    private const string NobodyListens = "http://127.0.0.1:1";
    private const string Ignored = "SigIgn:";

    private static readonly CancellationToken Cancelled = TestContext.Current.CancellationToken;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("ecodrix-commands-");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData("clients")]
    [InlineData("nonsense")]
    [InlineData("clients create")]
    [InlineData("clients list --bogus")]
    [InlineData("health now")]
    [InlineData("doctor ACME now")]
    [InlineData("keys create ACME --mode both")]
    [InlineData("keys revoke ACME")]
    [InlineData("trigger appointment_confirmed")]
    [InlineData("trigger appointment_confirmed --phone +919876543210 --var nameonly")]
    [InlineData("live")]
    [InlineData("live ACME --hours 25")]
    [InlineData("live ACME --hours soon")]
    [InlineData("listen")]
    [InlineData("listen --forward-to localhost:3000/callback")]
    [InlineData("listen --forward-to ftp://localhost/callback")]
    [InlineData("backup")]
    [InlineData("release")]
    [InlineData("release --due-before yesterday")]
    [InlineData("migrate")]
    public async Task Wrong_usage_is_told_apart_from_failure(string line)
    {
        var (code, _, error) = await RunHereAsync(line);

        code.ShouldBe(2);
        error.ShouldContain("--help");
    }

    [Theory]
    [InlineData("serve --help")]
    [InlineData("health --help")]
    [InlineData("doctor --help")]
    [InlineData("clients create --help")]
    [InlineData("clients list --help")]
    [InlineData("clients suspend --help")]
    [InlineData("keys create --help")]
    [InlineData("keys revoke --help")]
    [InlineData("secrets rotate --help")]
    [InlineData("trigger --help")]
    [InlineData("live --help")]
    [InlineData("listen --help")]
    [InlineData("backup --help")]
    [InlineData("release --help")]
    [InlineData("migrate --help")]
    public async Task Every_command_explains_itself_with_an_example(string line)
    {
        var (code, output, _) = await RunHereAsync(line);

        code.ShouldBe(0);
        output.ShouldContain("Examples:");
        output.ShouldContain($"ecodrix {line[..line.IndexOf(" --", StringComparison.Ordinal)]}");
    }

    [Fact]
    public async Task Commands_speak_to_the_running_server_with_the_key_that_its_first_start_made()
    {
        using var serving = Start(NobodyListens, "--urls", "http://127.0.0.1:0");
        try
        {
            var url = await AddressAsync(serving);
            (await RunAsync(url, "health")).Output.ShouldContain("alive");

            var made = await RunAsync(url, "clients", "create", "Acme Clinic", "--code", "ACME", "--time-zone", "Europe/Berlin");
            made.Code.ShouldBe(0, made.Error);
            made.Output.ShouldMatch(@"live key\s+erix_live_\w{40}");

            var listed = await RunAsync(url, "clients", "list");
            listed.Output.ShouldContain("ACME");
            listed.Output.ShouldContain("DEMO");

            var key = await RunAsync(url, "keys", "create", "ACME", "--label", "website", "--mode", "test");
            key.Output.ShouldMatch(@"key\s+erix_test_\w{40}");
            var keyId = Regex.Match(key.Output, @"key id\s+([0-9a-f]{24})").Groups[1].Value;
            (await RunAsync(url, "keys", "revoke", "ACME", keyId)).Code.ShouldBe(0);

            await WatchesAsync(url);
            (await RunAsync(url, "doctor", "ACME")).Output.ShouldContain("automations");
            (await RunAsync(url, "secrets", "rotate")).Output.ShouldContain("clients encrypted anew");
            (await RunAsync(url, "clients", "suspend", "ACME")).Output.ShouldContain("suspended");

            var refused = await RunAsync(url, "clients", "suspend", "NOBODY");
            refused.Code.ShouldBe(1);
            refused.Error.ShouldContain("There is no such client.");

            var held = await RunAsync(NobodyListens, "clients", "list");
            held.Code.ShouldBe(1);
            held.Error.ShouldContain("Another process uses");
        }
        finally
        {
            serving.Kill(entireProcessTree: true);
            await serving.WaitForExitAsync(Cancelled);
        }

        var silent = await RunAsync(NobodyListens, "health");
        silent.Code.ShouldBe(1);
        silent.Error.ShouldContain("No server answers");

        var alone = await RunAsync(NobodyListens, "clients", "list");
        alone.Code.ShouldBe(0, alone.Error);
        alone.Output.ShouldContain("ACME");
        foreach (var running in (string[][])[["live", "ACME"], ["doctor"], ["listen", "--forward-to", "http://127.0.0.1:9/"]])
        {
            var refused = await RunAsync(NobodyListens, running);
            (refused.Code, refused.Error.Trim()).ShouldBe((1, $"No server answers at {NobodyListens}/. Start it, or say where it is with --url."));
        }

        (await RunAsync(NobodyListens, "clients", "list", "--url", NobodyListens)).Error.ShouldContain("No server answers");
    }

    /// <summary>The links open sockets; the key that listening takes is gone when it ends.</summary>
    private async Task WatchesAsync(string url)
    {
        var links = await RunAsync(url, "live", "ACME", "--hours", "1");
        links.Code.ShouldBe(0, links.Error);
        links.Output.ShouldMatch($@"live mode\s+{Regex.Escape(url)}/live#token=erix_rt_\w{{40}}");
        links.Output.ShouldMatch($@"test mode\s+{Regex.Escape(url)}/live#token=erix_rt_\w{{40}}");

        using var listening = Start(url, "listen", "--client", "ACME", "--forward-to", "http://127.0.0.1:9/");
        (await listening.StandardOutput.ReadLineAsync(Cancelled)).ShouldNotBeNull().ShouldContain("Listening for ACME in test mode");
        using var stop = Process.Start("kill", [IsDeafToInterrupts(listening) ? "-TERM" : "-INT", Number(listening)]);
        await listening.WaitForExitAsync(Cancelled).WaitAsync(TimeSpan.FromMinutes(1), Cancelled);
        listening.ExitCode.ShouldBe(0, await listening.StandardError.ReadToEndAsync(Cancelled));
    }

    private static async Task<(int Code, string Output, string Error)> RunHereAsync(string line)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandLine.RunAsync(line.Split(' '), new CommandOutput(output, error));
        return (code, output.ToString(), error.ToString());
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(string url, params string[] args)
    {
        using var process = Start(url, args);
        var output = process.StandardOutput.ReadToEndAsync(Cancelled);
        var error = process.StandardError.ReadToEndAsync(Cancelled);
        await process.WaitForExitAsync(Cancelled);
        return (process.ExitCode, await output, await error);
    }

    private Process Start(string url, params string[] args)
    {
        var program = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "Ecodrix.Server.exe" : "Ecodrix.Server");
        var start = new ProcessStartInfo(program, args) { UseShellExecute = false, WorkingDirectory = folder.FullName, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["ECODRIX_URL"] = url;
        start.Environment.Remove("ECODRIX_ADMIN_KEY");
        start.Environment.Remove("ECODRIX_DATABASE");
        return Process.Start(start)!;
    }

    // Where a shell started the tests in the background it made them deaf to Ctrl+C, and with them whom they start.
    private static bool IsDeafToInterrupts(Process process)
    {
        const int Interrupt = 2;
        var status = $"/proc/{Number(process)}/status";
        if (!File.Exists(status))
        {
            return false;
        }

        var mask = File.ReadLines(status).Single(line => line.StartsWith(Ignored, StringComparison.Ordinal))[Ignored.Length..];
        return (Convert.ToUInt64(mask.Trim(), 16) & (1UL << (Interrupt - 1))) != 0;
    }

    private static string Number(Process process) => process.Id.ToString(CultureInfo.InvariantCulture);

    private static async Task<string> AddressAsync(Process serving)
    {
        while (await serving.StandardOutput.ReadLineAsync(Cancelled) is { } line)
        {
            if (Regex.Match(line, @"ECODrIx listens on (\S+)\.") is { Success: true } found)
            {
                return found.Groups[1].Value;
            }
        }

        throw new InvalidOperationException("The server ended: " + await serving.StandardError.ReadToEndAsync(Cancelled));
    }
}
