using System.Net;
using System.Text.Json.Nodes;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Events;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Ecodrix.Server.Tests.Sources;

/// <summary>A client's own database: <c>POST /api/clients/:code/datasource</c> (60-admin-config).</summary>
public sealed class DataSourceTests(SourceFixture server) : IClassFixture<SourceFixture>
{
    private const string Password = "hunter2hunter2";

    [Fact]
    public async Task What_a_client_keeps_lies_in_its_own_database_and_nobody_elses_does()
    {
        await using var own = new OwnServer();
        var other = await server.CreateTenantAsync();
        var tenant = await server.CreateTenantAtAsync(own.AddressOf("acme"));

        var fired = await tenant.FiredAsync(EventIntents.Event("hello"));
        await tenant.CreateRuleAsync(RuleIntents.Rule("a", """{ "type": "stop" }"""));
        await other.FiredAsync(EventIntents.Event("hello"));

        (await own.CountAsync("acme", "leads")).ShouldBe(1);
        (await own.CountAsync("acme", "rules")).ShouldBe(1);
        (await own.CollectionsAsync("acme")).ShouldNotContain("probe", StringComparer.Ordinal);
        (await tenant.ReadDataAsync($"/api/crm/leads/{fired.Text("leadId")}")).Text("_id").ShouldBe(fired.Text("leadId"));
        using var foreign = await other.GetAsync($"/api/crm/leads/{fired.Text("leadId")}");
        foreign.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await tenant.SourceOfAsync()).ShouldBe("mongodb");
        (await other.SourceOfAsync()).ShouldBe("default");
    }

    [Fact]
    public async Task Its_test_twin_lives_beside_it()
    {
        await using var own = new OwnServer();
        var tenant = await server.CreateTenantAtAsync(own.AddressOf("acme"));

        using var fired = await tenant.TestHttp.PostAsync("/api/saas/workflows/trigger", System.Net.Http.Json.JsonContent.Create(EventIntents.Event("hello")), TestContext.Current.CancellationToken);

        fired.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await own.CountAsync("acme~test", "leads")).ShouldBe(1);
        (await own.CountAsync("acme", "leads")).ShouldBe(0);
    }

    [Theory]
    [InlineData("mongodb://", "cannot be read")]
    [InlineData("mongodb://127.0.0.1:1/", "names no database")]
    [InlineData("mongodb://user:hunter2hunter2@127.0.0.1:1/a b", "cannot be read, or names no database")]
    [InlineData("sqlite:data/hunter2hunter2.db", "not MongoDB's")]
    [InlineData("https://user:hunter2hunter2@example.com/db", "not MongoDB's")]
    [InlineData("mongodb://user:hunter2hunter2@127.0.0.1:1/acme", "No server answers")]
    public async Task A_useless_address_is_refused_with_the_reason_never_repeated_and_changes_nothing(string dbUri, string reason)
    {
        var tenant = await server.CreateTenantAsync();

        using var response = await tenant.SetSourceAsync(dbUri);

        var refused = await response.ShouldFailAsync(HttpStatusCode.UnprocessableEntity, "UNPROCESSABLE");
        refused.Text("message").ShouldContain(reason);
        refused.ToJsonString().ShouldNotContain(Password);
        string.Join("\n", server.Logs.Lines).ShouldNotContain(Password);
        (await tenant.SourceOfAsync()).ShouldBe("default");
        await tenant.FiredAsync(EventIntents.Event("goes_on"));
    }

    [Fact]
    public async Task Credentials_that_the_server_does_not_take_are_told_apart()
    {
        await using var own = new OwnServer();
        var tenant = await server.CreateTenantAsync();

        using var response = await tenant.SetSourceAsync($"mongodb://user:{Password}@{own.Host}/acme");

        (await response.ShouldFailAsync(HttpStatusCode.UnprocessableEntity, "UNPROCESSABLE")).Text("message").ShouldContain("credentials");
        string.Join("\n", server.Logs.Lines).ShouldNotContain(Password);
    }

    [Fact]
    public async Task A_database_that_another_client_owns_is_refused_and_stays_as_it_is()
    {
        await using var own = new OwnServer();
        var first = await server.CreateTenantAtAsync(own.AddressOf("acme"));
        var second = await server.CreateTenantAsync();

        using var response = await second.SetSourceAsync(own.AddressOf("acme"));

        (await response.ShouldFailAsync(HttpStatusCode.UnprocessableEntity, "UNPROCESSABLE")).Text("message").ShouldContain("another client");
        (await second.SourceOfAsync()).ShouldBe("default");
        await first.FiredAsync(EventIntents.Event("goes_on"));
        (await own.CollectionsAsync("acme")).ShouldNotContain("probe", StringComparer.Ordinal);
    }

    [Fact]
    public async Task The_services_database_is_refused()
    {
        await using var own = new OwnServer();
        await using var onServer = await ServerFixture.StartAsync(settings: new Dictionary<string, string>(StringComparer.Ordinal) { ["ECODRIX_DATABASE"] = own.AddressOf("services") });
        var tenant = await onServer.CreateTenantAsync();

        using var response = await tenant.SetSourceAsync(own.AddressOf("services"));

        (await response.ShouldFailAsync(HttpStatusCode.UnprocessableEntity, "UNPROCESSABLE")).Text("message").ShouldContain("services database");
    }

    [Fact]
    public async Task A_client_that_has_data_is_not_switched()
    {
        await using var own = new OwnServer();
        var tenant = await server.CreateTenantAsync();
        var fired = await tenant.FiredAsync(EventIntents.Event("before"));

        using var response = await tenant.SetSourceAsync(own.AddressOf("acme"));

        (await response.ShouldFailAsync(HttpStatusCode.Conflict, "CONFLICT")).Text("hint").ShouldContain("clients move");
        (await tenant.ReadDataAsync($"/api/crm/leads/{fired.Text("leadId")}")).Text("_id").ShouldBe(fired.Text("leadId"));
        (await own.CollectionsAsync("acme")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Saying_the_same_again_changes_nothing()
    {
        await using var own = new OwnServer();
        var tenant = await server.CreateTenantAtAsync(own.AddressOf("acme"));
        await tenant.FiredAsync(EventIntents.Event("kept"));

        using var again = await tenant.SetSourceAsync(own.AddressOf("acme"));

        again.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await own.CountAsync("acme", "leads")).ShouldBe(1);
    }

    [Fact]
    public async Task Erasing_the_client_leaves_what_else_is_in_its_database()
    {
        await using var own = new OwnServer();
        await own.Database("acme").GetCollection<BsonDocument>("shop_orders").InsertOneAsync(new BsonDocument("total", 5), options: null, TestContext.Current.CancellationToken);
        var tenant = await server.CreateTenantAtAsync(own.AddressOf("acme"));
        await tenant.FiredAsync(EventIntents.Event("kept"));

        using var admin = server.CreateAdminClient();
        using var first = await admin.DeleteAsync($"/api/clients/{tenant.Code}?purge=true", TestContext.Current.CancellationToken);
        var confirm = (await first.ReadDataAsync())!.Text("confirm");
        using var second = await admin.DeleteAsync($"/api/clients/{tenant.Code}?purge=true&confirm={confirm}", TestContext.Current.CancellationToken);

        second.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await own.CollectionsAsync("acme")).ShouldBe(["shop_orders"]);
    }

    [Fact]
    public async Task The_address_is_nowhere_to_be_read()
    {
        await using var own = new OwnServer();
        var uri = own.AddressOf("acme");
        var tenant = await server.CreateTenantAtAsync(uri);
        using var admin = server.CreateAdminClient();

        foreach (var path in new[] { $"/api/clients/{tenant.Code}", "/api/clients", $"/api/clients/{tenant.Code}/secrets", "/api/admin/audit", "/api/admin/overview" })
        {
            using var response = await admin.GetAsync(path, TestContext.Current.CancellationToken);
            (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldNotContain(own.Host, customMessage: path);
        }

        string.Join("\n", server.Logs.Lines).ShouldNotContain(uri);
    }

    [Fact]
    public async Task An_unknown_client_and_a_missing_address_are_told()
    {
        var tenant = await server.CreateTenantAsync();
        using var missing = await tenant.SetSourceAsync(null);
        await missing.ShouldFailAsync(HttpStatusCode.BadRequest, "VALIDATION_ERROR");
        using var wrong = await tenant.SetSourceAsync(JsonValue.Create(5));
        await wrong.ShouldFailAsync(HttpStatusCode.BadRequest, "VALIDATION_ERROR");
        using var admin = server.CreateAdminClient();
        using var nobody = await System.Net.Http.Json.HttpClientJsonExtensions.PostAsJsonAsync(admin, "/api/clients/NOBODY/datasource", new JsonObject { ["dbUri"] = "mongodb://127.0.0.1:1/acme" }, TestContext.Current.CancellationToken);
        await nobody.ShouldFailAsync(HttpStatusCode.NotFound, "NOT_FOUND");
        using var tenants = await tenant.PostAsync($"/api/clients/{tenant.Code}/datasource", new JsonObject { ["dbUri"] = "mongodb://127.0.0.1:1/acme" });
        tenants.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }
}
