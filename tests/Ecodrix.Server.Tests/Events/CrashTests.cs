using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Ecodrix.Server.Tests.Callbacks;

namespace Ecodrix.Server.Tests.Events;

/// <summary>The server as a process of its own, killed without a word and started again on the same files.</summary>
public sealed class CrashTests
{
    private const string AdminKey = "test-operator-key-0123456789-abcdefghij";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task What_was_answered_before_a_kill_is_done_after_it_and_done_once()
    {
        var folder = Directory.CreateTempSubdirectory("ecodrix-crash-");
        await using var receiver = await CallbackReceiver.StartAsync();
        string eventId;
        (string Code, string Key) client;
        await using (var doomed = await ServerProcess.StartAsync(folder.FullName))
        {
            client = await doomed.CreateClientAsync();
            using var tenant = doomed.Connect(client);
            using var made = await tenant.PostAsJsonAsync(
                "/api/crm/automations",
                Automations.RuleIntents.Rule("go", Automations.RuleIntents.CallbackTo(new Uri(receiver.Url, "/action"), ", \"delayMinutes\": 0.15")),
                TestContext.Current.CancellationToken);
            await made.ReadDataAsync(System.Net.HttpStatusCode.Created);
            using var fired = await tenant.PostAsJsonAsync("/api/saas/workflows/trigger", EventIntents.Event("go"), TestContext.Current.CancellationToken);
            eventId = (await fired.ReadDataAsync())!.Text("eventLogId");
            doomed.Kill();
        }

        receiver.IsEmpty.ShouldBeTrue();
        await using var second = await ServerProcess.StartAsync(folder.FullName);
        (await receiver.NextAsync()).Target.ShouldBe("/action");

        using var again = second.Connect(client);
        using var read = await again.GetAsync($"/api/saas/events/logs/{eventId}", TestContext.Current.CancellationToken);
        (await read.ReadDataAsync())!["runs"]!.AsArray().Count.ShouldBe(1);
        receiver.IsEmpty.ShouldBeTrue();
        second.Kill();
        folder.Delete(recursive: true);
    }

    private sealed class ServerProcess : IAsyncDisposable
    {
        private readonly Process process;

        private readonly HttpClient http;

        private ServerProcess(Process process, Uri url)
        {
            this.process = process;
            http = new HttpClient { BaseAddress = url };
        }

        public static async Task<ServerProcess> StartAsync(string folder)
        {
            var start = new ProcessStartInfo("dotnet", typeof(Program).Assembly.Location)
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
                    return new ServerProcess(started, new Uri(line[(at + Says.Length)..].Split('"', ' ')[0]));
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

        public async ValueTask DisposeAsync()
        {
            if (!process.HasExited)
            {
                process.Kill();
            }

            await process.WaitForExitAsync(CancellationToken.None);
            process.Dispose();
            http.Dispose();
        }

        private static Dictionary<string, string> Variables(string folder) => new(StringComparer.Ordinal)
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
            ["ECODRIX_DATABASE"] = $"sqlite:{Path.Combine(folder, "services.db")}",
            ["ECODRIX_TENANT_DATABASE"] = $"sqlite:{Path.Combine(folder, "tenants", "{code}.db")}",
            ["ECODRIX_ADMIN_KEY"] = $"tests:{AdminKey}",
            ["ECODRIX_ENCRYPTION_KEY"] = Convert.ToBase64String(new byte[32]),
            ["ECODRIX_ALLOW_PRIVATE_CALLBACKS"] = "true",
        };
    }
}
