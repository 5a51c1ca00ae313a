using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Ecodrix.Server;

namespace Ecodrix.Bench;

/// <summary>The real server in a process of its own, on files in a temporary folder, with one more endpoint that does nothing.</summary>
internal sealed class ServerUnderTest : IAsyncDisposable
{
    private const string AdminKey = "bench-admin-key-of-more-than-32-characters";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("ecodrix-bench-");
    private readonly HttpClient http = new();
    private Process? process;

    public Uri Address { get; private set; } = null!;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { UseShellExecute = false, RedirectStandardOutput = true, WorkingDirectory = folder.FullName };
        start.ArgumentList.Add("--serve");
        foreach (var (name, value) in SettingsFor(folder))
        {
            start.Environment[name] = value;
        }

        process = Process.Start(start)!;

        var address = await process.StandardOutput.ReadLineAsync(cancellationToken) ?? throw new IOException("The server did not start.");
        Address = new Uri(address);
        http.BaseAddress = Address;
    }

    /// <summary>Production's settings, on files in a folder.</summary>
    public static IReadOnlyDictionary<string, string> SettingsFor(DirectoryInfo folder) => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["ASPNETCORE_ENVIRONMENT"] = "Production",
        ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
        ["ECODRIX_ADMIN_KEY"] = AdminKey,
        ["ECODRIX_ENCRYPTION_KEY"] = Convert.ToBase64String(new byte[32]),
        ["ECODRIX_STORAGE"] = $"file:{folder.FullName}/media",
        ["ECODRIX_DATABASE"] = $"sqlite:{folder.FullName}/services.db",
        ["ECODRIX_TENANT_DATABASE"] = $"sqlite:{folder.FullName}/tenants/{{code}}.db",
        ["Logging__LogLevel__Default"] = "Warning",
    };

    /// <summary>The server's side: prints its address, serves until its standard input or the process ends.</summary>
    public static async Task ServeAsync(CancellationToken cancellationToken)
    {
        await using var app = EngineHost.Build([]);
        app.MapPost("/bench/empty", (JsonElement body) => TypedResults.Text("""{"success":true,"data":{}}""", "application/json"));
        await app.StartAsync(cancellationToken);
        Console.WriteLine(app.Urls.First());
        await app.WaitForShutdownAsync(cancellationToken);
    }

    /// <summary>A client without limits that would be felt here.</summary>
    public async Task<Tenant> CreateTenantAsync(string code, CancellationToken cancellationToken)
    {
        var made = await AdminAsync(HttpMethod.Post, "/api/clients", new { name = code, clientCode = code }, cancellationToken);
        await AdminAsync(
            HttpMethod.Patch,
            "/api/clients/" + code,
            new { limits = new { triggersPerMinute = 10_000_000, requestsPerMinute = 10_000_000 } },
            cancellationToken);
        return new Tenant(this, code, made.GetProperty("testApiKey").GetString()!);
    }

    /// <summary>Makes a client on any server that has the settings of <see cref="SettingsFor"/>.</summary>
    public static async Task CreateClientAsync(Uri server, string code, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = server };
        client.DefaultRequestHeaders.Add("x-core-api-key", AdminKey);
        using var response = await client.PostAsJsonAsync("/api/clients", new { name = code, clientCode = code }, cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    public async Task<JsonElement> SendAsync(HttpMethod method, string path, object? body, CancellationToken cancellationToken, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
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

    public long ResidentBytes()
    {
        process!.Refresh();
        return process.WorkingSet64;
    }

    /// <summary>How long the server's threads have run: what a request costs, whatever else this machine does meanwhile.</summary>
    public TimeSpan CpuTime()
    {
        process!.Refresh();
        return process.TotalProcessorTime;
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            process.Kill(entireProcessTree: true);
            // Nothing may cancel the wait for a process that is being ended.
            await process.WaitForExitAsync(CancellationToken.None);
            process.Dispose();
        }

        http.Dispose();
        folder.Delete(recursive: true);
    }

    private Task<JsonElement> AdminAsync(HttpMethod method, string path, object body, CancellationToken cancellationToken) =>
        SendAsync(method, path, body, cancellationToken, ("x-core-api-key", AdminKey));
}

/// <summary>A client of the server, in test mode: its channels are the sandbox.</summary>
internal sealed record Tenant(ServerUnderTest Server, string Code, string Key)
{
    public (string Name, string Value)[] Headers => [("x-api-key", Key), ("x-client-code", Code)];

    public Task<JsonElement> PostAsync(string path, object body, CancellationToken cancellationToken) =>
        Server.SendAsync(HttpMethod.Post, path, body, cancellationToken, Headers);

    public Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken) =>
        Server.SendAsync(HttpMethod.Get, path, null, cancellationToken, Headers);

    public byte[] TriggerRequest(string trigger, string phone)
    {
        var body = new
        {
            trigger,
            phone,
            variables = new { date = "15 March", time = "15:00", doctor = "Dr. Rao" },
            data = new { appointment = new { id = "A-1001", room = 4 } },
        };
        return Connection.Request("POST", new Uri(Server.Address, "/api/saas/workflows/trigger"), JsonSerializer.Serialize(body), Headers);
    }
}
