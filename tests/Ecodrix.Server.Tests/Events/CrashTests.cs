using System.Net.Http.Json;
using Ecodrix.Server.Tests.Callbacks;

namespace Ecodrix.Server.Tests.Events;

/// <summary>The server as a process of its own, killed without a word and started again on the same files.</summary>
public sealed class CrashTests
{
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
}
