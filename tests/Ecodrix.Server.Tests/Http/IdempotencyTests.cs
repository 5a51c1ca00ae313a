using System.Text;
using System.Text.Json.Nodes;
using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Features.Tenants;
using Ecodrix.Server.Http;
using Ecodrix.Server.Http.Bodies;
using Ecodrix.Server.Http.Idempotency;
using Ecodrix.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.Server.Tests.Http;

public sealed class IdempotencyTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private readonly FakeTimeProvider clock = new(DateTimeOffset.UnixEpoch.AddYears(56));

    private readonly List<string> made = [];

    private int nextStatus = 201;

    private IdempotencyStore Store { get; } = new(server.Services.GetRequiredService<IServicesDatabase>());

    [Fact]
    public async Task A_repeat_gets_the_first_answer_and_does_nothing()
    {
        var tenant = await server.CreateTenantAsync();

        var first = await PostAsync(tenant, "k", "{}");
        var second = await PostAsync(tenant, "k", "{}");

        made.Count.ShouldBe(1);
        second.Status.ShouldBe(201);
        second.Body.ShouldBe(first.Body);
        first.Replayed.ShouldBeFalse();
        second.Replayed.ShouldBeTrue();
    }

    [Fact]
    public async Task Of_20_simultaneous_requests_with_one_key_one_is_done()
    {
        var tenant = await server.CreateTenantAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => PostAsync(tenant, "k", "{}"))));

        made.Count.ShouldBe(1);
        answers.Count(answer => answer is { Status: 201, Replayed: false }).ShouldBe(1);
        answers.All(answer => answer.Status is 201 or 409).ShouldBeTrue();
        answers.Where(answer => answer.Status == 409).All(answer => answer.Body.Contains("IDEMPOTENCY_IN_PROGRESS", StringComparison.Ordinal)).ShouldBeTrue();
    }

    [Fact]
    public async Task Another_body_or_query_under_the_same_key_is_a_conflict()
    {
        var tenant = await server.CreateTenantAsync();
        await PostAsync(tenant, "k", "{}");

        (await PostAsync(tenant, "k", "{ }")).Body.ShouldContain("IDEMPOTENCY_CONFLICT");
        (await PostAsync(tenant, "k", "{}", "?dryRun=true")).Body.ShouldContain("IDEMPOTENCY_CONFLICT");
        made.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_refusal_frees_the_key()
    {
        var tenant = await server.CreateTenantAsync();
        nextStatus = 404;
        (await PostAsync(tenant, "k", "{}")).Status.ShouldBe(404);

        nextStatus = 201;
        (await PostAsync(tenant, "k", """{"other":1}""")).Status.ShouldBe(201);
        made.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Another_tenant_and_the_test_twin_have_keys_of_their_own()
    {
        var tenant = await server.CreateTenantAsync();
        var other = await server.CreateTenantAsync();

        await PostAsync(tenant, "k", "{}");
        await PostAsync(other, "k", "{}");
        await PostAsync(tenant, "k", "{}", twin: true);

        made.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_request_that_died_is_continued_under_its_id_after_a_minute_and_not_before()
    {
        var tenant = await server.CreateTenantAsync();
        var now = clock.GetUtcNow();
        var fingerprint = new RawBody("{}"u8.ToArray()).Fingerprint(QueryString.Empty);
        var id = IdempotencyRecord.IdOf(TenantId.Parse(tenant.Code), "POST", "/things", "k");
        await Store.ClaimAsync(new IdempotencyRecord(id, 1, tenant.Code, fingerprint, "665f00000000000000000000", now), TestContext.Current.CancellationToken);

        clock.Advance(TimeSpan.FromSeconds(59));
        (await PostAsync(tenant, "k", "{}")).Body.ShouldContain("IDEMPOTENCY_IN_PROGRESS");

        clock.Advance(TimeSpan.FromSeconds(1));
        (await PostAsync(tenant, "k", "{}")).Status.ShouldBe(201);
        made.ShouldBe(["665f00000000000000000000"]);
    }

    [Fact]
    public async Task A_key_is_remembered_for_a_day()
    {
        var tenant = await server.CreateTenantAsync();
        await PostAsync(tenant, "k", "{}");

        clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        (await PostAsync(tenant, "k", "{}")).Replayed.ShouldBeTrue();

        clock.Advance(TimeSpan.FromSeconds(1));
        (await PostAsync(tenant, "k", "{}")).Replayed.ShouldBeFalse();
        made.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_key_of_more_than_255_characters_is_refused()
    {
        var tenant = await server.CreateTenantAsync();

        var refused = await Should.ThrowAsync<RefusedException>(() => PostAsync(tenant, new string('k', 256), "{}"));

        refused.Failure.Error.Code.ShouldBe("VALIDATION_ERROR");
        made.ShouldBeEmpty();
    }

    private async Task<Answer> PostAsync(TenantClient tenant, string key, string body, string query = "", bool twin = false)
    {
        var context = new DefaultHttpContext { RequestServices = server.Services };
        context.Request.Method = "POST";
        context.Request.Path = "/things";
        context.Request.QueryString = new QueryString(query);
        context.Request.Headers["Idempotency-Key"] = key;
        using var wire = new MemoryStream();
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(wire));
        context.Features.Set(new RawBody(Encoding.UTF8.GetBytes(body)));
        context.Features.Set(await CallerAsync(twin ? TenantId.Parse(tenant.Code).Test : TenantId.Parse(tenant.Code)));
        context.SetEndpoint(new Endpoint(null, new EndpointMetadataCollection(Idempotent.Instance), "things"));

        await new IdempotentRequests(MakeAsync, Store, clock, server.Services.GetRequiredService<ITenantClock>()).InvokeAsync(context);
        return new Answer(context.Response.StatusCode, Encoding.UTF8.GetString(wire.ToArray()), context.Response.Headers.ContainsKey("idempotency-replayed"));
    }

    private async Task MakeAsync(HttpContext context)
    {
        var id = await IdempotentId.BindAsync(context);
        lock (made)
        {
            made.Add(id.Value);
        }

        context.Response.StatusCode = nextStatus;
        await context.Response.WriteAsync(new JsonObject { ["success"] = true, ["data"] = id.Value }.ToJsonString(), TestContext.Current.CancellationToken);
    }

    private async Task<Caller> CallerAsync(TenantId tenant)
    {
        var database = await server.Services.GetRequiredService<ITenantDatabases>().OpenAsync(tenant, TestContext.Current.CancellationToken);
        return new Caller(tenant, database, new ClientProfile(tenant.Code, "x", TimeZoneInfo.Utc, "IN", "INR", ClientLimits.Defaults), "k1");
    }

    private sealed record Answer(int Status, string Body, bool Replayed);
}
