using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Server.Tests.Incidents;
using Ecodrix.Storage.Mongo;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Abstractions;
using MongoDB.Driver.Core.Configuration;
using MongoDB.Driver.Core.Events;

namespace Ecodrix.Server.Tests.Observability;

/// <summary>How often a server is asked for one event, when many come together.</summary>
public sealed class DatabaseCommandTests
{
    private const int Events = 64;

    private const int Turns = 5;
    private const int Connections = 32;

    // What keeps a connection up is asked for by no event.
    private static readonly string[] Housekeeping = ["isMaster", "hello", "ping", "buildInfo", "endSessions", "getLastError", "createIndexes"];

    private readonly ConcurrentQueue<string> commands = [];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_event_is_accepted_with_at_most_two_commands_and_its_one_step_done_with_at_most_four()
    {
        TestStorage.NeedsServer();
        await using var server = await StartAsync();
        var tenant = await server.CreateTenantAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("go", """{ "type": "stop" }"""));
        string[] phones = [.. Enumerable.Range(0, Events).Select(_ => EventIntents.NewPhone())];
        foreach (var phone in phones)
        {
            await tenant.FiredAsync(EventIntents.Event("warm", phone));
        }

        await DrainAsync(server);

        var accepted = await FewestAsync(2 * Events, () => Task.WhenAll(phones.Select(phone => tenant.FiredAsync(EventIntents.Event("nothing", phone)))));
        JsonNode[] fired = [];
        var run = await FewestAsync(accepted + (4 * Events), async () =>
        {
            fired = await Task.WhenAll(phones.Select(phone => tenant.FiredAsync(EventIntents.Event("go", phone))));
            await DrainAsync(server);
        });

        TestContext.Current.SendDiagnosticMessage($"{accepted} commands to accept {Events} events, {run} to accept and run them");
        accepted.ShouldBeLessThanOrEqualTo(2 * Events);
        (run - accepted).ShouldBeLessThanOrEqualTo(4 * Events);
        foreach (var answer in fired)
        {
            await tenant.ReadsAsync($"/api/saas/events/logs/{answer.Text("eventLogId")}", log => log.Text("status") is "completed");
        }
    }

    [Theory]
    [InlineData("""{ "type": "add_tag", "config": { "tag": "seen" } }""")]
    [InlineData("""{ "type": "update_lead", "config": { "fields": { "firstName": "Asha" } } }""")]
    [InlineData("""{ "type": "create_note", "config": { "content": "seen" } }""")]
    public async Task A_run_of_one_step_that_writes_a_lead_takes_at_most_four_commands_more(string step)
    {
        TestStorage.NeedsServer();
        await using var server = await StartAsync();
        var tenant = await server.CreateTenantAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("go", step));
        string[] phones = [.. Enumerable.Range(0, Events).Select(_ => EventIntents.NewPhone())];
        foreach (var phone in phones)
        {
            await tenant.FiredAsync(EventIntents.Event("warm", phone));
        }

        await DrainAsync(server);

        var accepted = await FewestAsync(2 * Events, () => Task.WhenAll(phones.Select(phone => tenant.FiredAsync(EventIntents.Event("nothing", phone)))));
        var run = await FewestAsync(accepted + (4 * Events), async () =>
        {
            await Task.WhenAll(phones.Select(phone => tenant.FiredAsync(EventIntents.Event("go", phone))));
            await DrainAsync(server);
        });

        TestContext.Current.SendDiagnosticMessage($"{accepted} commands to accept {Events} events, {run} to accept and run them");
        accepted.ShouldBeLessThanOrEqualTo(2 * Events);
        (run - accepted).ShouldBeLessThanOrEqualTo(4 * Events);
    }

    // How much gathers for a command depends on the moment; how few there can be, on the program.
    private async Task<int> FewestAsync(int enough, Func<Task> work)
    {
        var fewest = int.MaxValue;
        for (var turn = 0; turn < Turns && fewest > enough; turn++)
        {
            fewest = Math.Min(fewest, await CountAsync(work));
        }

        return fewest;
    }

    private async Task<int> CountAsync(Func<Task> work)
    {
        commands.Clear();
        await work();
        TestContext.Current.SendDiagnosticMessage(string.Join(", ", commands.CountBy(one => one, StringComparer.Ordinal).OrderByDescending(one => one.Value).Select(one => $"{one.Value} {one.Key}")));
        return commands.Count;
    }

    private Task<ServerFixture> StartAsync() => ServerFixture.StartAsync(services: all => all.Replace(ServiceDescriptor.Singleton(provider =>
        new MongoStorage(Connections, provider.GetRequiredService<TimeProvider>(), NullLoggerFactory.Instance, Watch))));

    private void Watch(ClusterBuilder builder) => builder.Subscribe<CommandStartedEvent>(started =>
    {
        if (!Housekeeping.Contains(started.CommandName, StringComparer.OrdinalIgnoreCase))
        {
            commands.Enqueue($"{started.CommandName} {started.Command.GetElement(0).Value}");
        }
    });

    private static Task DrainAsync(ServerFixture server) => server.Services.GetRequiredService<WorkLoop>().DrainAsync(Cancelled);
}
