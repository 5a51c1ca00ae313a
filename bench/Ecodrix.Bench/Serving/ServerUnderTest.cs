using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Ecodrix.Bench.Serving;

/// <summary>The real server in a process of its own, on files in a temporary folder. It can be killed and started again on the same files.</summary>
/// <param name="settings">Environment variables besides those of <see cref="SettingsFor"/>; null for none.</param>
/// <param name="switches">For <see cref="Served"/>.</param>
internal sealed class ServerUnderTest(IReadOnlyDictionary<string, string>? settings = null, params string[] switches) : IAsyncDisposable
{
    private const string AdminKey = "bench-admin-key-of-more-than-32-characters";

    private DirectoryInfo? folder;
    private HttpClient http = new();
    private Process? process;
    private Task reading = Task.CompletedTask;

    /// <summary>Another one after each start.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>A folder that outlives the benchmark; null for a temporary one.</summary>
    public DirectoryInfo? Kept { get; init; }

    public DirectoryInfo Folder => folder ??= Kept ?? Directory.CreateTempSubdirectory("ecodrix-bench-");

    /// <summary>Another one after each start.</summary>
    public int ProcessId => process!.Id;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = Folder.FullName,
        };
        foreach (var argument in (string[])[typeof(ServerUnderTest).Assembly.Location, Served.Switch, .. switches])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in SettingsFor(Folder).Concat(settings ?? new Dictionary<string, string>(StringComparer.Ordinal)))
        {
            start.Environment[name] = value;
        }

        process = Process.Start(start)!;
        var address = await process.StandardOutput.ReadLineAsync(cancellationToken) ?? throw new IOException("The server did not start.");
        // What it logs is read away, or it would wait for a reader one day.
        reading = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
        Address = new Uri(address);
        http.Dispose();
        http = new HttpClient { BaseAddress = Address };
    }

    /// <summary>Production's settings, on files in a folder.</summary>
    public static IReadOnlyDictionary<string, string> SettingsFor(DirectoryInfo folder) => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["ASPNETCORE_ENVIRONMENT"] = "Production",
        ["DOTNET_GCgen0size"] = "0x2000000", // As under dotnet run and in the image.
        ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
        ["ECODRIX_ADMIN_KEY"] = AdminKey,
        ["ECODRIX_ENCRYPTION_KEY"] = Convert.ToBase64String(new byte[32]),
        ["ECODRIX_STORAGE"] = $"file:{folder.FullName}/media",
        ["ECODRIX_DATABASE"] = $"sqlite:{folder.FullName}/services.db",
        ["ECODRIX_TENANT_DATABASE"] = $"sqlite:{folder.FullName}/tenants/{{code}}.db",
        ["Logging__LogLevel__Default"] = "Warning",
    };

    /// <summary>As the kernel kills: nothing is flushed, nobody is told.</summary>
    /// <returns>The moment just before the signal.</returns>
    public async Task<DateTimeOffset> KillAsync()
    {
        var moment = TimeProvider.System.GetUtcNow();
        process!.Kill();
        await GoneAsync();
        return moment;
    }

    /// <summary>SIGTERM, as an operator stops it.</summary>
    /// <returns>How long it took to end.</returns>
    public async Task<TimeSpan> TerminateAsync()
    {
        var asked = Stopwatch.GetTimestamp();
        using (var signal = Process.Start("kill", ["-TERM", process!.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            await signal.WaitForExitAsync(CancellationToken.None);
        }

        await GoneAsync();
        return Stopwatch.GetElapsedTime(asked);
    }

    /// <summary>A client without limits that would be felt here.</summary>
    /// <param name="isLive">With its live key; else with its test key.</param>
    /// <param name="dbUri">Its own database; null for where most clients' are.</param>
    public async Task<Tenant> CreateTenantAsync(string code, CancellationToken cancellationToken, bool isLive = false, string? dbUri = null)
    {
        var made = await AdminAsync(HttpMethod.Post, "/api/clients", new { name = code, clientCode = code }, cancellationToken);
        if (dbUri is not null)
        {
            await AdminAsync(HttpMethod.Post, $"/api/clients/{code}/datasource", new { dbUri }, cancellationToken);
        }

        await AdminAsync(
            HttpMethod.Patch,
            "/api/clients/" + code,
            new { limits = new { triggersPerMinute = 10_000_000, requestsPerMinute = 10_000_000 } },
            cancellationToken);
        return new Tenant(this, code, made.GetProperty(isLive ? "apiKey" : "testApiKey").GetString()!);
    }

    /// <summary>Makes a client on any server that has the settings of <see cref="SettingsFor"/>.</summary>
    public static async Task CreateClientAsync(Uri server, string code, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = server };
        client.DefaultRequestHeaders.Add("x-core-api-key", AdminKey);
        using var response = await client.PostAsJsonAsync("/api/clients", new { name = code, clientCode = code }, cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    /// <exception cref="IOException">The answer is not a success.</exception>
    public async Task<JsonElement> SendAsync(HttpMethod method, string path, object? body, CancellationToken cancellationToken, params (string Name, string Value)[] headers)
    {
        // With its length: the server keeps room for the largest body of a request that does not say how long it is.
        using var request = new HttpRequestMessage(method, path)
        {
            Content = body is null ? null : new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json"),
        };
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        using var response = await http.SendAsync(request, cancellationToken);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        return response.IsSuccessStatusCode
            ? answer.GetProperty("data")
            : throw new IOException(string.Create(CultureInfo.InvariantCulture, $"{method} {path} answered {(int)response.StatusCode}: {answer}"));
    }

    public Task<JsonElement> AdminAsync(HttpMethod method, string path, object body, CancellationToken cancellationToken) =>
        SendAsync(method, path, body, cancellationToken, ("x-core-api-key", AdminKey));

    /// <summary>Waits until nothing is due, within the next half minute, or being done.</summary>
    public async Task DrainedAsync(CancellationToken cancellationToken)
    {
        while ((await SendAsync(HttpMethod.Get, "/bench/busy", null, cancellationToken)).GetBoolean())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken);
        }
    }

    public long ResidentBytes()
    {
        process!.Refresh();
        return process.WorkingSet64;
    }

    /// <returns>What was resident at each moment, in bytes, until the end is told.</returns>
    public async Task<IReadOnlyList<long>> SampleResidentAsync(TimeSpan every, CancellationToken end)
    {
        var samples = new List<long>();
        using var timer = new PeriodicTimer(every, TimeProvider.System);
        try
        {
            while (await timer.WaitForNextTickAsync(end))
            {
                samples.Add(ResidentBytes());
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // As asked.
        }

        return samples;
    }

    /// <summary>How long the server's threads have run: what a request costs, whatever else this machine does meanwhile.</summary>
    public TimeSpan CpuTime()
    {
        process!.Refresh();
        return process.TotalProcessorTime;
    }

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false })
        {
            await KillAsync();
        }

        http.Dispose();
        if (Kept is null)
        {
            Folder.Delete(recursive: true);
        }
    }

    private async Task GoneAsync()
    {
        // Nothing may cancel the wait for a process that is being ended.
        await process!.WaitForExitAsync(CancellationToken.None);
        await reading;
    }
}
