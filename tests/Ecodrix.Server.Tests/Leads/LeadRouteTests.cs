using System.Net;
using System.Text.Json.Nodes;

namespace Ecodrix.Server.Tests.Leads;

public sealed class LeadRouteTests(LeadServer server) : IClassFixture<LeadServer>
{
    [Fact]
    public async Task A_lead_is_created_as_given_and_begins_in_the_default_pipeline()
    {
        var tenant = await server.CreateTenantAsync();

        var made = await tenant.CreateLeadAsync(body =>
        {
            body["phone"] = "98765 43210";
            body["lastName"] = "Rao";
            body["email"] = "Asha@Example.com";
            body["tags"] = new JsonArray("new", "vip");
            body["dealValue"] = 1234.5678m;
            body["metadata"] = new JsonObject { ["refs"] = new JsonObject { ["appointmentId"] = "A-1" }, ["extra"] = new JsonObject { ["age"] = 41 } };
            body["consent"] = new JsonObject { ["whatsapp"] = "granted" };
            body["nonsense"] = true;
        });

        var lead = await tenant.ReadLeadAsync(made.Id());
        lead.Text("fullName").ShouldBe("Asha Rao");
        lead.Text("phone").ShouldBe("+919876543210");
        lead.Text("email").ShouldBe("asha@example.com");
        lead.Text("status").ShouldBe("open");
        lead.Text("source").ShouldBe("website");
        lead.Text("currency").ShouldBe("INR");
        lead["pipeline"]!.Text("name").ShouldBe("Sales Pipeline");
        lead["stage"]!.Text("name").ShouldBe("New");
        lead["dealValue"]!.ToJsonString().ShouldBe("1234.5678");
        lead["tags"]!.ToJsonString().ShouldBe("""["new","vip"]""");
        lead["metadata"]!.ToJsonString().ShouldBe("""{"refs":{"appointmentId":"A-1"},"extra":{"age":41}}""");
        lead["consent"]!.Text("whatsapp").ShouldBe("granted");
        lead["consent"]!.Text("email").ShouldBe("unknown");
        lead.ContainsKey("nonsense").ShouldBeFalse();
        lead.ContainsKey("outbox").ShouldBeFalse();
    }

    [Theory]
    [InlineData("""{"phone":"+919876543210"}""", "VALIDATION_ERROR", "firstName")]
    [InlineData("""{"firstName":"  ","phone":"+919876543210"}""", "VALIDATION_ERROR", "firstName")]
    [InlineData("""{"firstName":"A"}""", "VALIDATION_ERROR", "phone")]
    [InlineData("""{"firstName":"A","phone":"12"}""", "INVALID_PHONE", "phone")]
    [InlineData("""{"firstName":"A","phone":9876543210}""", "VALIDATION_ERROR", "phone")]
    [InlineData("""{"firstName":"A","email":"nobody"}""", "VALIDATION_ERROR", "email")]
    [InlineData("""{"firstName":"A","email":"a@b.co","dealValue":"7"}""", "VALIDATION_ERROR", "dealValue")]
    [InlineData("""{"firstName":"A","email":"a@b.co","dealValue":-1}""", "VALIDATION_ERROR", "dealValue")]
    [InlineData("""{"firstName":"A","email":"a@b.co","tags":["a",7]}""", "VALIDATION_ERROR", "tags[1]")]
    [InlineData("""{"firstName":"A","email":"a@b.co","score":101}""", "VALIDATION_ERROR", "score")]
    [InlineData("""{"firstName":"A","email":"a@b.co","consent":{"email":"yes"}}""", "VALIDATION_ERROR", "consent.email")]
    [InlineData("""{"firstName":"A","email":"a@b.co","metadata":{"refs":{"orderId":7}}}""", "VALIDATION_ERROR", "metadata.refs.orderId")]
    [InlineData("""{"firstName":"A","email":"a@b.co","metadata":{"extra":{"x":{}}}}""", "VALIDATION_ERROR", "metadata.extra.x")]
    [InlineData("""[]""", "VALIDATION_ERROR", "")]
    public async Task What_is_wrong_with_a_new_lead_is_named(string body, string code, string path)
    {
        var tenant = await server.CreateTenantAsync();

        using var response = await tenant.SendTextAsync(HttpMethod.Post, "/api/crm/leads", body);

        var error = await response.ShouldFailAsync(HttpStatusCode.BadRequest, code);
        error["errors"]!.AsObject().ContainsKey(path).ShouldBeTrue(error.ToJsonString());
        (await tenant.ListAsync("/api/crm/leads")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Broken_json_is_said_to_be_broken()
    {
        var tenant = await server.CreateTenantAsync();

        using var response = await tenant.SendTextAsync(HttpMethod.Post, "/api/crm/leads", """{"firstName":""");

        await response.ShouldFailAsync(HttpStatusCode.BadRequest, "INVALID_JSON");
    }

    [Fact]
    public async Task A_second_lead_with_the_phone_is_refused_and_the_first_one_named()
    {
        var tenant = await server.CreateTenantAsync();
        var first = await tenant.CreateLeadAsync(body => body["phone"] = "+919876543210");

        using var response = await tenant.PostAsync("/api/crm/leads", new JsonObject { ["firstName"] = "Other", ["phone"] = "09876543210" });

        var error = await response.ShouldFailAsync(HttpStatusCode.Conflict, "DUPLICATE");
        error.Text("hint").ShouldContain(first.Id());
        (await tenant.ReadLeadAsync(first.Id())).Text("firstName").ShouldBe("Asha");
    }

    [Fact]
    public async Task An_upsert_merges_into_the_lead_that_has_the_phone()
    {
        var tenant = await server.CreateTenantAsync();
        var first = await tenant.CreateLeadAsync(body => body["lastName"] = "Rao");

        using var response = await tenant.PostAsync(
            "/api/crm/leads?upsert=true", new JsonObject { ["firstName"] = "Usha", ["phone"] = first.Text("phone"), ["email"] = "u@example.com" });

        var merged = (await response.ReadDataAsync())!;
        merged.Id().ShouldBe(first.Id());
        merged.Text("fullName").ShouldBe("Usha Rao");
        merged.Text("email").ShouldBe("u@example.com");
    }

    [Fact]
    public async Task A_repeat_under_the_same_idempotency_key_gets_the_first_answer()
    {
        var tenant = await server.CreateTenantAsync();
        var body = new JsonObject { ["firstName"] = "Asha", ["phone"] = LeadIntents.NewPhone() };

        using var first = await tenant.PostAsync("/api/crm/leads", body, "key-1");
        using var second = await tenant.PostAsync("/api/crm/leads", body, "key-1");

        var id = (await first.ReadDataAsync(HttpStatusCode.Created))!.Id();
        (await second.ReadDataAsync(HttpStatusCode.Created))!.Id().ShouldBe(id);
    }

    [Fact]
    public async Task Twenty_creations_at_once_for_one_new_phone_make_one_lead()
    {
        var tenant = await server.CreateTenantAsync();
        var phone = LeadIntents.NewPhone();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(index => tenant.PostAsync(
            "/api/crm/leads?upsert=true", new JsonObject { ["firstName"] = "Asha", ["phone"] = phone, ["email"] = $"a{index % 2}@example.com" })));

        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var answer in answers)
        {
            ids.Add((await answer.ReadAnswerAsync())["data"]!.Id());
        }

        ids.Count.ShouldBe(1);
        answers.Count(answer => answer.StatusCode is HttpStatusCode.Created).ShouldBe(1);
        (await tenant.ListAsync("/api/crm/leads")).Count.ShouldBe(1);
        (await tenant.ListAsync("/api/crm/pipelines")).Count.ShouldBe(1);
        server.Fired.NamesOf(ids.Single()).Count(name => name is "lead_created").ShouldBe(1);
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("PATCH", "")]
    [InlineData("PATCH", "/tags")]
    [InlineData("PATCH", "/move")]
    [InlineData("GET", "/timeline")]
    public async Task Another_tenant_is_told_that_the_lead_does_not_exist(string method, string path)
    {
        var owner = await server.CreateTenantAsync();
        var lead = await owner.CreateLeadAsync();
        var other = await server.CreateTenantAsync();
        await other.CreateLeadAsync();
        JsonObject? body = method is "GET" ? null : new() { ["stageId"] = await other.StageIdAsync("Won"), ["add"] = new JsonArray("x") };
        if (path.Length == 0)
        {
            body = body is null ? null : new() { ["firstName"] = "Mallory" };
        }

        using var response = await other.SendAsync(new HttpMethod(method), $"/api/crm/leads/{lead.Id()}{path}", body);

        await response.ShouldFailAsync(HttpStatusCode.NotFound, "LEAD_NOT_FOUND");
        (await owner.ReadLeadAsync(lead.Id())).ToJsonString().ShouldBe(lead.ToJsonString());
    }

    [Fact]
    public async Task A_stage_of_another_tenant_is_no_stage()
    {
        var owner = await server.CreateTenantAsync();
        await owner.CreateLeadAsync();
        var other = await server.CreateTenantAsync();
        var lead = await other.CreateLeadAsync();

        using var response = await other.PatchAsync($"/api/crm/leads/{lead.Id()}/move", new JsonObject { ["stageId"] = await owner.StageIdAsync("Won") });

        await response.ShouldFailAsync(HttpStatusCode.NotFound, "NOT_FOUND");
    }

    [Fact]
    public async Task The_test_twin_sees_the_pipelines_and_not_the_leads()
    {
        var tenant = await server.CreateTenantAsync();
        var lead = await tenant.CreateLeadAsync();
        var twin = TestContext.Current.CancellationToken;

        using var one = await tenant.TestHttp.GetAsync($"/api/crm/leads/{lead.Id()}", twin);
        using var all = await tenant.TestHttp.GetAsync("/api/crm/leads", twin);
        using var pipelines = await tenant.TestHttp.GetAsync("/api/crm/pipelines", twin);

        await one.ShouldFailAsync(HttpStatusCode.NotFound, "LEAD_NOT_FOUND");
        (await all.ReadDataAsync())!.AsArray().ShouldBeEmpty();
        (await pipelines.ReadDataAsync())![0]!.Id().ShouldBe(lead.Text("pipelineId"));
    }

    [Fact]
    public async Task A_malformed_id_is_said_to_be_malformed()
    {
        var tenant = await server.CreateTenantAsync();

        using var response = await tenant.GetAsync("/api/crm/leads/nonsense");

        await response.ShouldFailAsync(HttpStatusCode.BadRequest, "INVALID_ID");
    }
}
