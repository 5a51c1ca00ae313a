using System.Diagnostics;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Ecodrix.Loopback;

/// <summary>A headless Chromium with one page, driven over its own debugging protocol.</summary>
public sealed partial class Chromium : IAsyncDisposable
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly DirectoryInfo _profile;
    private readonly ClientWebSocket _socket = new();
    private readonly List<string> _complaints = [];
    private readonly SemaphoreSlim _turn = new(1, 1);
    private Task _errors = Task.CompletedTask;
    private string? _session;
    private int _sent;

    private Chromium(Process process, DirectoryInfo profile) => (_process, _profile) = (process, profile);

    /// <summary>What the page's scripts and its policy complained of.</summary>
    public IReadOnlyList<string> Complaints => _complaints;

    /// <returns>Null when it can run here; else why not, for a visible skip.</returns>
    public static string? WhyUnavailable() => Find() is null ? "Chromium is not installed." : null;

    public static async Task<Chromium> StartAsync(CancellationToken cancellationToken)
    {
        var profile = Directory.CreateTempSubdirectory("chromium-");
        var start = new ProcessStartInfo(Find() ?? throw new InvalidOperationException("Chromium is not installed."))
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        foreach (var argument in (string[])["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-port=0", $"--user-data-dir={profile.FullName}", "about:blank"])
        {
            start.ArgumentList.Add(argument);
        }

        var browser = new Chromium(Process.Start(start)!, profile);
        await browser.AttachAsync(cancellationToken);
        return browser;
    }

    public async Task OpenAsync(Uri address, CancellationToken cancellationToken) =>
        await SendAsync("Page.navigate", new JsonObject { ["url"] = address.AbsoluteUri }, cancellationToken);

    public Task SizeAsync(int width, int height, CancellationToken cancellationToken) => SendAsync(
        "Emulation.setDeviceMetricsOverride",
        new JsonObject { ["width"] = width, ["height"] = height, ["deviceScaleFactor"] = 1, ["mobile"] = width < 600 },
        cancellationToken);

    /// <summary>What a script in the page comes to.</summary>
    public async Task<JsonNode?> EvaluateAsync(string script, CancellationToken cancellationToken)
    {
        var answer = await SendAsync("Runtime.evaluate", new JsonObject { ["expression"] = script, ["returnByValue"] = true }, cancellationToken);
        return answer["exceptionDetails"] is { } thrown
            ? throw new InvalidOperationException(thrown.ToJsonString())
            : answer["result"]?["value"];
    }

    /// <summary>What a person reads on the page.</summary>
    public async Task<string> TextAsync(CancellationToken cancellationToken) =>
        (await EvaluateAsync("document.body?.innerText ?? ''", cancellationToken))!.GetValue<string>();

    /// <summary>Waits until the page's text is as wanted, and gives it.</summary>
    /// <exception cref="TimeoutException">It never was; the message holds what stood there last.</exception>
    public async Task<string> UntilAsync(Func<string, bool> wanted, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            var text = await TextAsync(cancellationToken);
            if (wanted(text))
            {
                return text;
            }

            if (TimeProvider.System.GetElapsedTime(started) > Patience)
            {
                throw new TimeoutException($"The page says: {text}\nand complains: {string.Join('\n', _complaints)}");
            }

            await ticks.WaitForNextTickAsync(cancellationToken);
        }
    }

    /// <summary>A PNG of what is in view.</summary>
    public async Task<byte[]> PictureAsync(CancellationToken cancellationToken) =>
        Convert.FromBase64String((await SendAsync("Page.captureScreenshot", new JsonObject { ["format"] = "png" }, cancellationToken))["data"]!.GetValue<string>());

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        await _errors;
        _process.Dispose();
        _turn.Dispose();
        _profile.Delete(recursive: true);
    }

    private static string? Find() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .SelectMany(_ => Names, (folder, name) => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);

    private async Task AttachAsync(CancellationToken cancellationToken)
    {
        var address = await DebuggerAsync(cancellationToken);
        _errors = Task.WhenAll(_process.StandardError.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None), _process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None));
        await _socket.ConnectAsync(address, cancellationToken);
        var page = await SendAsync("Target.createTarget", new JsonObject { ["url"] = "about:blank" }, cancellationToken);
        var attached = await SendAsync("Target.attachToTarget", new JsonObject { ["targetId"] = page["targetId"]!.GetValue<string>(), ["flatten"] = true }, cancellationToken);
        _session = attached["sessionId"]!.GetValue<string>();
        foreach (var domain in (string[])["Runtime", "Log", "Page"])
        {
            await SendAsync($"{domain}.enable", [], cancellationToken);
        }
    }

    private async Task<Uri> DebuggerAsync(CancellationToken cancellationToken)
    {
        while (await _process.StandardError.ReadLineAsync(cancellationToken).AsTask().WaitAsync(Patience, cancellationToken) is { } line)
        {
            if (Listening().Match(line) is { Success: true } found)
            {
                return new Uri(found.Groups[1].Value);
            }
        }

        throw new InvalidOperationException("Chromium ended before it could be driven.");
    }

    private async Task<JsonObject> SendAsync(string method, JsonObject parameters, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var id = ++_sent;
            var asked = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters };
            if (_session is not null)
            {
                asked["sessionId"] = _session;
            }

            await _socket.SendAsync(Encoding.UTF8.GetBytes(asked.ToJsonString()), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
            while (true)
            {
                var said = (await ReceiveAsync(cancellationToken)).AsObject();
                if (said["id"]?.GetValue<int>() == id)
                {
                    return said["result"]?.AsObject() ?? throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{method}: {said["error"]}"));
                }

                Note(said);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private void Note(JsonObject said)
    {
        if (said["method"]?.GetValue<string>() is "Runtime.exceptionThrown" or "Log.entryAdded")
        {
            _complaints.Add(said["params"]!.ToJsonString());
        }
    }

    private async Task<JsonNode> ReceiveAsync(CancellationToken cancellationToken)
    {
        using var message = new MemoryStream();
        var buffer = new byte[64 * 1024];
        WebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(buffer, cancellationToken).WaitAsync(Patience, cancellationToken);
            message.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);

        return JsonNode.Parse(message.ToArray())!;
    }

    [GeneratedRegex(@"DevTools listening on (ws:\S+)")]
    private static partial Regex Listening();
}
