using System.Net;
using System.Text.Json.Nodes;

namespace Ecodrix.Server.Tests.Events;

public sealed class IdempotencyTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task A_repeat_gets_the_first_answer_and_makes_no_second_event()
    {
        var tenant = await server.CreateTenantAsync();
        var body = EventIntents.Event("form_submitted");

        using var first = await tenant.FireAsync(body, key: "order-17");
        using var second = await tenant.FireAsync(body, key: "order-17");
        var (one, two) = ((await first.ReadDataAsync())!, (await second.ReadDataAsync())!);

        two["replayed"]!.GetValue<bool>().ShouldBeTrue();
        second.Headers.GetValues("idempotency-replayed").ShouldBe(["true"]);
        two["replayed"] = false;
        two.ToJsonString().ShouldBe(one.ToJsonString());
        (await EventsAsync(tenant)).ShouldBe(1);
    }

    [Fact]
    public async Task The_key_in_the_body_means_the_same()
    {
        var tenant = await server.CreateTenantAsync();
        var body = EventIntents.Event("form_submitted", change: one => one["idempotencyKey"] = "order-18");

        var first = await tenant.FiredAsync(body);
        var second = await tenant.FiredAsync(body);

        second.Text("eventLogId").ShouldBe(first.Text("eventLogId"));
        second["replayed"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task Two_different_keys_in_one_request_are_refused()
    {
        var tenant = await server.CreateTenantAsync();

        using var response = await tenant.FireAsync(EventIntents.Event("x", change: body => body["idempotencyKey"] = "one"), key: "other");

        await response.ShouldFailAsync(HttpStatusCode.BadRequest, "VALIDATION_ERROR");
    }

    [Fact]
    public async Task The_same_key_with_another_body_is_a_conflict()
    {
        var tenant = await server.CreateTenantAsync();
        (await tenant.FireAsync(EventIntents.Event("form_submitted"), key: "k")).EnsureSuccessStatusCode();

        using var response = await tenant.FireAsync(EventIntents.Event("form_submitted"), key: "k");

        await response.ShouldFailAsync(HttpStatusCode.Conflict, "IDEMPOTENCY_CONFLICT");
    }

    [Fact]
    public async Task A_refusal_frees_the_key()
    {
        var tenant = await server.CreateTenantAsync();
        var phone = EventIntents.NewPhone();
        using (var refused = await tenant.FireAsync(new JsonObject { ["trigger"] = "x", ["phone"] = phone }, key: "k"))
        {
            await refused.ShouldFailAsync(HttpStatusCode.NotFound, "LEAD_NOT_FOUND");
        }

        using var response = await tenant.FireAsync(EventIntents.Event("x", phone), key: "k");

        (await response.ReadDataAsync())!["replayed"]!.GetValue<bool>().ShouldBeFalse();
    }

    [Fact]
    public async Task Of_twenty_requests_at_once_one_makes_the_event()
    {
        var tenant = await server.CreateTenantAsync();
        var body = EventIntents.Event("form_submitted").ToJsonString();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => tenant.FireAsync(JsonNode.Parse(body)!, key: "race")));

        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var answer in answers)
        {
            if (answer.StatusCode is HttpStatusCode.Conflict)
            {
                await answer.ShouldFailAsync(HttpStatusCode.Conflict, "IDEMPOTENCY_IN_PROGRESS");
            }
            else
            {
                ids.Add((await answer.ReadDataAsync())!.Text("eventLogId"));
            }
        }

        ids.Count.ShouldBe(1);
        (await EventsAsync(tenant)).ShouldBe(1);
    }

    [Fact]
    public async Task Keys_of_two_tenants_never_meet()
    {
        var body = EventIntents.Event("form_submitted").ToJsonString();
        var (one, other) = (await server.CreateTenantAsync(), await server.CreateTenantAsync());

        using var first = await one.FireAsync(JsonNode.Parse(body)!, key: "same");
        using var second = await other.FireAsync(JsonNode.Parse(body)!, key: "same");

        (await second.ReadDataAsync())!.Text("eventLogId").ShouldNotBe((await first.ReadDataAsync())!.Text("eventLogId"), StringComparer.Ordinal);
    }

    private static async Task<int> EventsAsync(TenantClient tenant) => (await tenant.ReadDataAsync("/api/saas/events/logs")).AsArray().Count;
}
