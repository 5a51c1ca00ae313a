using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Ecodrix.Loopback;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Events;

namespace Ecodrix.Server.Tests.Instances;

/// <summary>Two real processes over one database server, of which one is stopped in the middle of its work and goes on when another has done it.</summary>
public sealed class FrozenProcessTests
{
    private const string Token = "only-prometheus-knows";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_process_that_is_stopped_past_its_lease_cannot_write_what_it_did()
    {
        TestStorage.NeedsServer();
        var folder = Directory.CreateTempSubdirectory("ecodrix-frozen-");
        await using var receiver = await CallbackReceiver.StartAsync();
        var answering = new TaskCompletionSource();
        receiver.Script.Do(_ => answering.Task);
        await using (var first = await ServerProcess.StartAsync(folder.FullName, "env", $"ECODRIX_METRICS_TOKEN={Token}"))
        {
            var client = await first.CreateClientAsync();
            using var tenant = first.Connect(client);
            using var made = await tenant.PostAsJsonAsync(
                "/api/crm/automations", RuleIntents.Rule("go", RuleIntents.CallbackTo(receiver.Url, "") + """, { "type": "add_tag", "config": { "tag": "done" } }"""), Cancelled);
            await made.ReadDataAsync(System.Net.HttpStatusCode.Created);
            using var fired = await tenant.PostAsJsonAsync("/api/saas/workflows/trigger", EventIntents.Event("go"), Cancelled);
            var run = (await fired.ReadDataAsync())!["runs"]![0]!.Text("runId");
            await receiver.ArrivalAsync(Cancelled);
            first.Freeze();

            await using var second = await ServerProcess.StartAsync(folder.FullName);
            using var elsewhere = second.Connect(client);
            await receiver.ArrivalAsync(Cancelled).WaitAsync(TimeSpan.FromSeconds(60), Cancelled);
            var done = await UntilAsync(elsewhere, $"/api/saas/runs/{run}", read => read.Text("status") is "completed");

            answering.SetResult();
            first.Thaw();
            await LostAsync(first);

            var after = await UntilAsync(elsewhere, $"/api/saas/runs/{run}", _ => true);
            foreach (var field in (string[])["status", "finishedAt", "steps"])
            {
                after[field]!.ToJsonString().ShouldBe(done[field]!.ToJsonString());
            }

            receiver.Received.Count.ShouldBe(2);
            receiver.Received.Select(one => one.Headers["webhook-id"]).Distinct(StringComparer.Ordinal).Count().ShouldBe(1);
            second.Kill();
            first.Kill();
        }

        folder.Delete(recursive: true);
        await TestStorage.DropAsync(folder.FullName);
    }

    /// <summary>Waits until the process has tried to write under the lease that it had, and was refused.</summary>
    private static async Task LostAsync(ServerProcess process)
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        for (var turn = 0; ; turn++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
            using var response = await process.Anonymous.SendAsync(request, Cancelled);
            if ((await response.Content.ReadAsStringAsync(Cancelled)).Contains("ecodrix_work_lost_leases_total 1", StringComparison.Ordinal))
            {
                return;
            }

            turn.ShouldBeLessThan(150, "it has not even tried");
            await ticks.WaitForNextTickAsync(Cancelled);
        }
    }

    private static async Task<JsonNode> UntilAsync(HttpClient client, string path, Func<JsonNode, bool> isRight)
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        for (var turn = 0; ; turn++)
        {
            using var response = await client.GetAsync(path, Cancelled);
            var read = (await response.ReadDataAsync())!;
            if (isRight(read))
            {
                return read;
            }

            turn.ShouldBeLessThan(300, read.ToJsonString());
            await ticks.WaitForNextTickAsync(Cancelled);
        }
    }
}
