using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Ecodrix.Server.Tests.Events;

namespace Ecodrix.Server.Tests;

/// <summary>The server as a process of its own, as a platform runs it: started on a folder, told to stop, killed, started again.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private const string AdminKey = "test-operator-key-0123456789-abcdefghij";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process process;

    private readonly HttpClient http;

    private Task drained = Task.CompletedTask;

    private ServerProcess(Process process, Uri url)
    {
        this.process = process;
        http = new HttpClient { BaseAddress = url };
    }

    public int Id => process.Id;

    public HttpClient Anonymous => http;

    /// <param name="before">What runs the server instead of this process, such as a shell that first changes something; it must become the server.</param>
    public static async Task<ServerProcess> StartAsync(string folder, params IReadOnlyList<string> before)
    {
        string[] command = [.. before, "dotnet", typeof(Program).Assembly.Location];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        foreach (var (name, value) in Variables(folder))
        {
            start.Environment[name] = value;
        }

        var started = Process.Start(start)!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        const string Says = "Now listening on: ";
        while (await started.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.IndexOf(Says, StringComparison.Ordinal) is var at and >= 0)
            {
                var server = new ServerProcess(started, new Uri(line[(at + Says.Length)..].Split('"', ' ')[0]));

                // A pipe that nobody reads fills up, and then the server stands still.
                server.drained = Task.WhenAll(started.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None), started.StandardError.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None));
                return server;
            }
        }

        throw new InvalidOperationException($"The server did not start: {await started.StandardError.ReadToEndAsync(patience.Token)}");
    }

    public async Task<(string Code, string Key)> CreateClientAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/clients");
        request.Headers.Add("x-core-api-key", AdminKey);
        request.Content = JsonContent.Create(new JsonObject { ["name"] = "Crash", ["clientCode"] = "CRASH" });
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var made = (await response.ReadDataAsync(System.Net.HttpStatusCode.Created))!;
        return (made.Text("clientCode"), made.Text("apiKey"));
    }

    public HttpClient Connect((string Code, string Key) client)
    {
        var connected = new HttpClient { BaseAddress = http.BaseAddress };
        connected.DefaultRequestHeaders.Add("x-api-key", client.Key);
        connected.DefaultRequestHeaders.Add("x-client-code", client.Code);
        return connected;
    }

    /// <summary>As the kernel kills: nothing is flushed, nobody is told.</summary>
    public void Kill() => process.Kill();

    /// <summary>As a platform asks: SIGTERM.</summary>
    public void Terminate() => Signal("TERM");

    /// <summary>SIGSTOP: it stands still as it is, and sees no time pass.</summary>
    public void Freeze() => Signal("STOP");

    /// <summary>SIGCONT: it goes on where it stood.</summary>
    public void Thaw() => Signal("CONT");

    private void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <returns>The exit code.</returns>
    public async Task<int> ExitAsync()
    {
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        await process.WaitForExitAsync(CancellationToken.None);
        await drained;
        process.Dispose();
        http.Dispose();
    }

    private static Dictionary<string, string> Variables(string folder) => new(StringComparer.Ordinal)
    {
        ["ASPNETCORE_ENVIRONMENT"] = "Production",
        ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
        ["ECODRIX_DATABASE"] = TestStorage.Services(folder),
        ["ECODRIX_TENANT_DATABASE"] = TestStorage.Tenants(folder),
        ["ECODRIX_ADMIN_KEY"] = $"tests:{AdminKey}",
        ["ECODRIX_ENCRYPTION_KEY"] = Convert.ToBase64String(new byte[32]),
        ["ECODRIX_ALLOW_PRIVATE_CALLBACKS"] = "true",
    };
}
