using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Ecodrix.Server.Features.Tenants.Secrets;
using Ecodrix.Server.Features.Tenants.Sources;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Server.Tests.Incidents;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MongoDB.Bson;

namespace Ecodrix.Server.Tests.Sources;

/// <summary>Moving a client's data to another database and back (60-admin-config, <c>clients move</c>).</summary>
public sealed class MoveTests(SourceFixture server) : IClassFixture<SourceFixture>
{
    private const string Note = """{ "type": "create_note", "config": { "content": "{{event.n}}" } }""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_data_arrive_as_they_were_and_come_back_as_they_were_and_nothing_is_left_behind()
    {
        TestStorage.NeedsFiles("this looks for the files.");
        await using var own = new OwnServer();
        var tenant = await FilledAsync(server);
        var other = await FilledAsync(server);
        var before = await ReadAllAsync(tenant);

        (await MoveAsync(tenant, own.AddressOf("acme")))["copied"]!.GetValue<long>().ShouldBeGreaterThan(20);
        (await tenant.SourceOfAsync()).ShouldBe("mongodb");
        (await ReadAllAsync(tenant)).ShouldBe(before);
        (await own.CountAsync("acme", "leads")).ShouldBe(10);
        File.Exists(FileOf(tenant)).ShouldBeFalse();
        await tenant.FiredAsync(Numbered(99));
        var after = await ReadAllAsync(tenant);

        await MoveAsync(tenant, "default");
        (await tenant.SourceOfAsync()).ShouldBe("default");
        (await ReadAllAsync(tenant)).ShouldBe(after);
        (await own.CollectionsAsync("acme")).ShouldBeEmpty();
        await tenant.FiredAsync(Numbered(100));
        (await other.SourceOfAsync()).ShouldBe("default");
        (await other.ReadDataAsync("/api/crm/leads?limit=100")).AsArray().Count.ShouldBe(10);
    }

    [Fact]
    public async Task One_that_was_interrupted_goes_on_when_it_is_repeated()
    {
        await using var own = new OwnServer();
        await using var slow = await ServerFixture.StartAsync(services: all =>
        {
            all.Replace(ServiceDescriptor.Singleton(new SwitchTimes { Settle = TimeSpan.Zero }));
            all.Replace(ServiceDescriptor.Singleton(provider => new MoveParts(provider.GetRequiredService<Vault>(), provider.GetRequiredService<TimeProvider>()) { Turn = TimeSpan.Zero }));
        });
        var tenant = await FilledAsync(slow);
        var before = await ReadAllAsync(tenant);

        var first = await AskAsync(tenant, own.AddressOf("acme"));
        first.Text("state").ShouldBe("copying");
        (await tenant.SourceOfAsync()).ShouldBe("default");
        (await ReadAllAsync(tenant)).ShouldBe(before);
        await MoveAsync(tenant, own.AddressOf("acme"));

        (await ReadAllAsync(tenant)).ShouldBe(before);
        (await tenant.SourceOfAsync()).ShouldBe("mongodb");
        (await AskAsync(tenant, own.AddressOf("acme"))).Text("state").ShouldBe("done");
    }

    [Fact]
    public async Task What_is_fired_meanwhile_is_not_lost()
    {
        await using var own = new OwnServer();
        var tenant = await FilledAsync(server);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var fired = 0;
        var load = Task.Run(
            async () =>
            {
                while (!over.IsCancellationRequested)
                {
                    using var response = await tenant.FireAsync(Numbered(fired));
                    ((int)response.StatusCode).ShouldBeOneOf(200, 202);
                    fired++;
                }
            },
            Cancelled);

        await MoveAsync(tenant, own.AddressOf("acme"));
        await MoveAsync(tenant, "default");
        await MoveAsync(tenant, own.AddressOf("acme"));
        await over.CancelAsync();
        await load;
        await server.DrainAsync();

        fired.ShouldBeGreaterThan(0);
        (await own.CountAsync("acme", "leads")).ShouldBe(10 + fired);
        (await own.CountAsync("acme", "notes")).ShouldBe(10 + fired);
    }

    [Fact]
    public async Task A_place_that_has_data_or_another_owner_or_is_useless_is_refused_and_nothing_is_changed()
    {
        await using var own = new OwnServer();
        var tenant = await FilledAsync(server);
        var other = await server.CreateTenantAtAsync(own.AddressOf("theirs"));
        await own.Database("full").GetCollection<BsonDocument>("leads").InsertOneAsync(new BsonDocument("_id", "someone"), options: null, Cancelled);

        foreach (var (to, status) in new[] { (own.AddressOf("theirs"), 422), (own.AddressOf("full"), 409), ("mongodb://127.0.0.1:1/acme", 422), ("sqlite:x.db", 422), ("", 400) })
        {
            using var response = await PostAsync(tenant, to);
            ((int)response.StatusCode).ShouldBe(status);
            (await response.Content.ReadAsStringAsync(Cancelled)).ShouldNotContain("127.0.0.1");
        }

        (await tenant.SourceOfAsync()).ShouldBe("default");
        await tenant.FiredAsync(Numbered(1));
        await other.FiredAsync(Numbered(1));
    }

    private static async Task<TenantClient> FilledAsync(ServerFixture at)
    {
        var tenant = await at.CreateTenantAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("noted", Note));
        for (var n = 0; n < 10; n++)
        {
            await tenant.FiredAsync(Numbered(n));
        }

        await at.DrainAsync();
        return tenant;
    }

    private static async Task<JsonNode> MoveAsync(TenantClient tenant, string to)
    {
        while (true)
        {
            if (await AskAsync(tenant, to) is var answer && answer.Text("state") is "done")
            {
                return answer;
            }
        }
    }

    private static async Task<JsonNode> AskAsync(TenantClient tenant, string to)
    {
        using var response = await PostAsync(tenant, to);
        return (await response.ReadDataAsync(HttpStatusCode.OK))!;
    }

    private static async Task<HttpResponseMessage> PostAsync(TenantClient tenant, string to)
    {
        using var admin = tenant.Server.CreateAdminClient();
        return await admin.PostAsJsonAsync($"/api/clients/{tenant.Code}/move", new JsonObject { ["to"] = to }, Cancelled);
    }

    /// <summary>Everything that the client can read of its own, to the letter.</summary>
    private static async Task<string> ReadAllAsync(TenantClient tenant)
    {
        var leads = (await tenant.ReadDataAsync("/api/crm/leads?limit=100")).AsArray();
        var all = new JsonArray { leads.DeepClone(), (await tenant.ReadDataAsync(RuleIntents.Rules)).DeepClone(), (await tenant.ReadDataAsync("/api/crm/pipelines")).DeepClone() };
        foreach (var lead in leads)
        {
            all.Add((await tenant.ReadDataAsync($"/api/crm/leads/{lead!.Text("_id")}/timeline")).DeepClone());
        }

        return all.ToJsonString();
    }

    private static JsonObject Numbered(int n) => EventIntents.Event("noted", change: body => body["variables"] = new JsonObject { ["n"] = $"note {n}" });

    private static string FileOf(TenantClient tenant) => Path.Combine(tenant.Server.Folder, "tenants", $"{tenant.Code}.db");
}
