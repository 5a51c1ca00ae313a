using System.Net;
using Ecodrix.Server.Features.Operations.Health;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Server.Tests.Outages;
using Ecodrix.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Ecodrix.Server.Tests.Story;

/// <summary>When a database fails, whom it fails, and what is said.</summary>
public sealed class OutageTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private const string Stop = """{ "type": "stop" }""";

    [Fact]
    public async Task A_client_whose_file_is_missing_or_damaged_is_told_so_all_others_go_on_and_it_recovers()
    {
        TestStorage.NeedsFiles("no test moves or locks those.");
        var tenant = await server.CreateTenantAsync();
        var other = await server.CreateTenantAsync();
        var before = await tenant.FiredAsync(EventIntents.Event("before"));
        var file = FileOf(tenant);

        MoveAway(file);
        await ShouldBeUnavailableAsync(tenant);
        await other.FiredAsync(EventIntents.Event("meanwhile"));

        // The log beside the file belongs to what was moved, and goes with it.
        MoveAway(file + "-wal");
        MoveAway(file + "-shm");
        await File.WriteAllBytesAsync(file, [.. Enumerable.Repeat((byte)0x5A, 8_192)], TestContext.Current.CancellationToken);
        await ShouldBeUnavailableAsync(tenant);
        await other.FiredAsync(EventIntents.Event("meanwhile"));

        foreach (var part in new[] { file, file + "-wal", file + "-shm" })
        {
            Restore(part);
        }

        await server.AskDatabasesAsync();
        await tenant.FiredAsync(EventIntents.Event("after"));
        (await tenant.ReadDataAsync($"/api/crm/leads/{before.Text("leadId")}")).Text("_id").ShouldBe(before.Text("leadId"));
        await tenant.CreateRuleAsync(RuleIntents.Rule("a", Stop));
    }

    [Fact]
    public async Task A_client_whose_file_is_locked_is_told_so_and_goes_on_when_it_is_free()
    {
        TestStorage.NeedsFiles("no test moves or locks those.");
        var tenant = await server.CreateTenantAsync();
        var other = await server.CreateTenantAsync();
        await using (var foreign = new SqliteConnection($"Data Source={FileOf(tenant)};Pooling=False"))
        {
            await foreign.OpenAsync(TestContext.Current.CancellationToken);
            await using var taken = foreign.BeginTransaction(deferred: false);

            using var fired = await tenant.PostAsync(RuleIntents.Rules, RuleIntents.Rule("a", Stop));
            await ShouldBeUnavailableAsync(fired);
            await other.FiredAsync(EventIntents.Event("meanwhile"));
        }

        await server.AskDatabasesAsync();
        await tenant.FiredAsync(EventIntents.Event("after"));
    }

    [Fact]
    public async Task A_mistake_of_ours_is_told_without_its_words()
    {
        await using var broken = await ServerFixture.StartAsync(services: all => all.Replace(ServiceDescriptor.Singleton(
            provider => new DatabasePulse(new BrokenDatabase(), provider.GetRequiredService<TimeProvider>()))));
        using var stranger = broken.CreateAnonymousClient();

        using var response = await stranger.GetAsync("/api/saas/health", TestContext.Current.CancellationToken);

        (await response.ShouldFailAsync(HttpStatusCode.InternalServerError, "INTERNAL_ERROR")).ToJsonString().ShouldNotContain("hunter2");
    }

    private static async Task ShouldBeUnavailableAsync(TenantClient tenant)
    {
        using var dry = await tenant.FireAsync(EventIntents.Event("out"), query: "?dryRun=true");
        using var leads = await tenant.GetAsync("/api/crm/leads");
        using var rules = await tenant.GetAsync(RuleIntents.Rules);
        using var rule = await tenant.PostAsync(RuleIntents.Rules, RuleIntents.Rule("a", Stop));

        foreach (var response in new[] { dry, leads, rules, rule })
        {
            await ShouldBeUnavailableAsync(response);
        }
    }

    private static async Task ShouldBeUnavailableAsync(HttpResponseMessage response)
    {
        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable, $"{response.RequestMessage!.Method} {response.RequestMessage.RequestUri}");
        var answer = await response.ShouldFailAsync(HttpStatusCode.ServiceUnavailable, "UNAVAILABLE");
        answer.Text("message").ShouldEndWith(".");
        answer.ToJsonString().ShouldNotContain("SQLite", Case.Insensitive);
        response.Headers.RetryAfter.ShouldNotBeNull();
    }

    private static void MoveAway(string file)
    {
        if (File.Exists(file))
        {
            File.Move(file, file + ".away");
        }
    }

    private static void Restore(string file)
    {
        File.Delete(file);
        if (File.Exists(file + ".away"))
        {
            File.Move(file + ".away", file);
        }
    }

    private string FileOf(TenantClient tenant) => Path.Combine(server.Folder, "tenants", $"{tenant.Code}.db");

    private sealed class BrokenDatabase : IServicesDatabase
    {
        public IDocuments<T> Documents<T>()
            where T : class, IDocument<T> => throw new InvalidOperationException("Password=hunter2");

        public Task PingAsync(CancellationToken cancellationToken) => throw new InvalidOperationException("Password=hunter2");
    }
}
