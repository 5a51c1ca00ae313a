using System.Net;
using System.Text.Json.Nodes;
using Ecodrix.Loopback;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Server.Tests.Incidents;
using Ecodrix.Server.Tests.Tenants;
using Microsoft.Extensions.Time.Testing;
using CallbackReceiver = Ecodrix.Server.Tests.Callbacks.CallbackReceiver;

namespace Ecodrix.Server.Tests.Restores;

/// <summary>The drill: a backup, hours of work after it, a loss, the backup copied back. Nothing that left in those hours leaves again.</summary>
public sealed class RestoreTests : IAsyncLifetime
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("ecodrix-restore-");

    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 3, 15, 9, 0, 0, TimeSpan.Zero));

    private CallbackReceiver receiver = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(folder.FullName, "data");

    private string Backup => Path.Combine(folder.FullName, "backup");

    public async ValueTask InitializeAsync() => receiver = await CallbackReceiver.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await receiver.DisposeAsync();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_restored_server_holds_by_itself_and_after_a_skip_and_a_release_nothing_has_left_twice_and_nothing_is_lost()
    {
        TenantClient tenant;
        await using (var lost = await StartAsync())
        {
            tenant = await lost.CreateTenantAsync();
            await tenant.CreateRuleAsync(RuleIntents.Rule("go", $"{At("/first")},{RuleIntents.Wait(60)},{At("/second")},{RuleIntents.Wait(30)},{At("/third")}"));
            await tenant.CreateRuleAsync(RuleIntents.Rule("tagged", """{ "type": "add_tag", "config": { "tag": "vip" } }"""));
            await tenant.CreateRuleAsync(RuleIntents.Rule("tag_added", At("/caused"), rule => rule["triggerConfig"] = new JsonObject { ["tagName"] = "vip" }));
            await tenant.FiredAsync(EventIntents.Event("go"));
            (await TargetAsync()).ShouldBe("/first");
            await tenant.FiredAsync(Later("tagged", minutes: 45), HttpStatusCode.Accepted);
            await tenant.FiredAsync(Later("late", minutes: 50, callback: "/late"), HttpStatusCode.Accepted);
            await tenant.FiredAsync(Later("tomorrow", minutes: 600, callback: "/tomorrow"), HttpStatusCode.Accepted);
            await lost.DrainAsync();
            await BackUpAsync(lost);

            // The hours that are lost: everything that falls due in them leaves.
            await PassAsync(lost, TimeSpan.FromMinutes(45));
            (await TargetAsync()).ShouldBe("/caused");
            await PassAsync(lost, TimeSpan.FromMinutes(5));
            (await TargetAsync()).ShouldBe("/late");
            await PassAsync(lost, TimeSpan.FromMinutes(11));
            (await TargetAsync()).ShouldBe("/second");
            await PassAsync(lost, TimeSpan.FromMinutes(30));
            (await TargetAsync()).ShouldBe("/third");
        }

        var loss = clock.GetUtcNow();
        CopyBack();
        clock.Advance(TimeSpan.FromMinutes(10));
        await using var restored = await StartAsync();
        using var admin = new Operator(restored);
        var back = new TenantClient(restored, tenant.Code, tenant.LiveKey, tenant.TestKey, tenant.WebhookSecret);
        (await HealthAsync(restored))["heldSince"].ShouldNotBeNull();
        await back.FiredAsync(EventIntents.Event("new", change: body => body["callbackUrl"] = new Uri(receiver.Url, "/new").AbsoluteUri));
        await PassAsync(restored, TimeSpan.FromMinutes(1));
        await PassAsync(restored, TimeSpan.FromMinutes(1));
        receiver.IsEmpty.ShouldBeTrue("it is held");

        var counted = await ReleaseAsync(admin, loss, skip: true, dryRun: true);
        counted["counts"]!.AsArray().Sum(count => count!["callbacks"]!.GetValue<int>()).ShouldBe(3, counted.ToJsonString());
        await ReleaseAsync(admin, loss, skip: true);
        await SettleAsync(restored);
        receiver.IsEmpty.ShouldBeTrue("what had left is skipped");

        var released = await ReleaseAsync(admin, clock.GetUtcNow(), skip: false);
        released["isHeld"]!.GetValue<bool>().ShouldBeFalse();
        await SettleAsync(restored);
        (await TargetAsync()).ShouldBe("/new");
        (await HealthAsync(restored))["heldSince"].ShouldBeNull();

        // The rest of the run that was set back comes to its third step long after the hold has ended.
        await PassAsync(restored, TimeSpan.FromMinutes(31));
        await PassAsync(restored, TimeSpan.FromMinutes(31));
        receiver.IsEmpty.ShouldBeTrue("what had left stays skipped");
        await PassAsync(restored, TimeSpan.FromHours(10));
        (await TargetAsync()).ShouldBe("/tomorrow");
        receiver.IsEmpty.ShouldBeTrue();
        (await back.ReadDataAsync("/api/crm/leads")).AsArray().Count(lead => lead!.ToJsonString().Contains("vip", StringComparison.Ordinal)).ShouldBe(1, "what stays in the house is done again");
    }

    [Fact]
    public async Task A_server_that_was_not_restored_starts_as_it_was_and_so_does_one_on_a_new_database()
    {
        await using (var first = await StartAsync())
        {
            clock.Advance(TimeSpan.FromMinutes(5));
            await BackUpAsync(first);
        }

        await using (var again = await StartAsync())
        {
            (await HealthAsync(again))["heldSince"].ShouldBeNull();
        }

        File.Delete(Path.Combine(Data, "services.db"));
        await using var fresh = await StartAsync();
        (await HealthAsync(fresh))["heldSince"].ShouldBeNull();
    }

    [Fact]
    public async Task A_hold_that_the_operator_asked_for_takes_work_in_says_so_everywhere_and_outlasts_a_restart()
    {
        await using (var held = await StartAsync(hold: true))
        {
            var tenant = await held.CreateTenantAsync();
            var fired = await tenant.FiredAsync(EventIntents.Event("go", change: body => body["callbackUrl"] = receiver.Url.AbsoluteUri));
            await PassAsync(held, TimeSpan.FromHours(2));
            receiver.IsEmpty.ShouldBeTrue();

            var waiting = (await tenant.ReadDataAsync("/api/saas/callbacks/logs"))[0]!;
            (waiting.Text("status"), waiting["attempts"]!.GetValue<int>()).ShouldBe(("pending", 0));
            waiting.Text("heldFor").ShouldBe("the server was started with ECODRIX_HOLD, and the hold has not been released");
            fired.Text("eventLogId").ShouldNotBeEmpty();

            using var admin = new Operator(held);
            (await admin.AskAsync(HttpMethod.Get, "/api/admin/overview")).AsArray().ShouldAllBe(one => one!["heldSince"] != null);
            var shown = await admin.AskAsync(HttpMethod.Get, "/api/admin/hold");
            shown["isHeld"]!.GetValue<bool>().ShouldBeTrue();
            shown["waiting"]!.AsArray().Single()!["callbacks"]!.GetValue<int>().ShouldBe(1);
        }

        await using var again = await StartAsync();
        (await HealthAsync(again))["heldSince"].ShouldNotBeNull();
        using var operators = new Operator(again);
        await ReleaseAsync(operators, clock.GetUtcNow(), skip: false);
        await SettleAsync(again);
        await receiver.NextAsync();
    }

    [Fact]
    public async Task One_clients_release_lets_its_own_go_and_holds_the_others()
    {
        await using var held = await StartAsync(hold: true);
        var (one, other) = (await held.CreateTenantAsync(), await held.CreateTenantAsync());
        foreach (var tenant in new[] { one, other })
        {
            await tenant.FiredAsync(EventIntents.Event("go", change: body => body["callbackUrl"] = receiver.Url.AbsoluteUri));
        }

        await PassAsync(held, TimeSpan.FromSeconds(5));
        using var admin = new Operator(held);
        var released = await admin.AskAsync(HttpMethod.Post, "/api/admin/release", Body(clock.GetUtcNow(), skip: false, client: one.Code.ToLowerInvariant()));
        released["isHeld"]!.GetValue<bool>().ShouldBeTrue();
        await SettleAsync(held);

        (await receiver.NextAsync()).Json.Text("clientCode").ShouldBe(one.Code);
        receiver.IsEmpty.ShouldBeTrue();
        using var foreign = await one.PostAsync("/api/admin/release", Body(clock.GetUtcNow(), skip: true));
        await foreign.ShouldFailAsync(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
        (await admin.AskAsync(HttpMethod.Get, "/api/admin/audit")).AsArray().Select(entry => entry!.Text("action")).ShouldContain("hold.released", StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_skipped_callback_can_be_sent_all_the_same_by_hand()
    {
        await using var held = await StartAsync(hold: true);
        var tenant = await held.CreateTenantAsync();
        await tenant.FiredAsync(EventIntents.Event("go", change: body => body["callbackUrl"] = receiver.Url.AbsoluteUri));
        await PassAsync(held, TimeSpan.FromMinutes(1));
        using var admin = new Operator(held);
        await ReleaseAsync(admin, clock.GetUtcNow(), skip: true);
        await SettleAsync(held);
        var skipped = (await tenant.ReadDataAsync("/api/saas/callbacks/logs"))[0]!;
        (skipped.Text("status"), skipped["attempts"]!.GetValue<int>()).ShouldBe(("failed", 0));
        skipped.Text("lastError").ShouldStartWith("skipped by the operator");

        await ReleaseAsync(admin, clock.GetUtcNow(), skip: false);
        clock.Advance(TimeSpan.FromMinutes(1));
        using var resent = await tenant.PostAsync($"/api/saas/callbacks/logs/{skipped.Text("_id")}/resend", new JsonObject());
        resent.IsSuccessStatusCode.ShouldBeTrue();
        await held.DrainAsync();
        await receiver.NextAsync();
    }

    [Theory]
    [InlineData("""{}""", 400, "VALIDATION_ERROR")]
    [InlineData("""{ "dueBefore": "yesterday" }""", 400, "VALIDATION_ERROR")]
    [InlineData("""{ "dueBefore": "2026-04-15T09:00:00Z", "skip": true }""", 400, "VALIDATION_ERROR")]
    [InlineData("""{ "dueBefore": "2026-03-15T09:00:00Z", "client": "NOBODY" }""", 404, "NOT_FOUND")]
    [InlineData("""{ "dueBefore": "2026-03-15T09:00:00Z" }""", 409, "CONFLICT")]
    public async Task A_release_of_nothing_is_refused(string body, int status, string code)
    {
        await using var server = await StartAsync();
        using var admin = new Operator(server);
        using var response = await admin.PostAsync("/api/admin/release", JsonNode.Parse(body));
        await response.ShouldFailAsync((HttpStatusCode)status, code);
    }

    [Fact]
    public async Task A_restored_server_is_recognised_by_its_mark_in_a_bucket_where_its_disk_is_gone_with_all_that_was_on_it()
    {
        Assert.SkipWhen(LoopbackS3.WhyUnavailable() is not null, LoopbackS3.WhyUnavailable() ?? "");
        await using var bucket = await LoopbackS3.StartAsync(Cancelled);
        await using (var lost = await StartAsync(bucket: bucket))
        {
            await lost.CreateTenantAsync();
            await BackUpAsync(lost);
            (await HealthAsync(lost))["heldSince"].ShouldBeNull();
            clock.Advance(TimeSpan.FromMinutes(5));
        }

        Directory.Delete(Data, recursive: true);
        CopyBack();
        await using (var restored = await StartAsync(bucket: bucket))
        {
            (await HealthAsync(restored))["heldSince"].ShouldNotBeNull();
        }

        Directory.Delete(Data, recursive: true);
        await using var fresh = await StartAsync(bucket: bucket);
        (await HealthAsync(fresh))["heldSince"].ShouldBeNull("a new database has no mark there");
    }

    [Fact]
    public async Task A_backup_goes_into_an_empty_folder_of_its_own_and_nowhere_else()
    {
        await using var server = await StartAsync();
        await server.CreateTenantAsync();
        using var admin = new Operator(server);
        var made = await BackUpAsync(server);
        made["files"]!.GetValue<int>().ShouldBe(Directory.GetFiles(Backup, "*.db", SearchOption.AllDirectories).Length);
        File.Exists(Path.Combine(Backup, "backup.json")).ShouldBeTrue();
        Directory.GetFiles(Backup, "*.part", SearchOption.AllDirectories).ShouldBeEmpty();

        using var again = await admin.PostAsync("/api/admin/backup", new JsonObject { ["folder"] = Backup });
        await again.ShouldFailAsync(HttpStatusCode.UnprocessableEntity, "UNPROCESSABLE");
        foreach (var wrong in new[] { "relative/folder", "" })
        {
            using var refused = await admin.PostAsync("/api/admin/backup", new JsonObject { ["folder"] = wrong });
            await refused.ShouldFailAsync(HttpStatusCode.BadRequest, "VALIDATION_ERROR");
        }
    }

    private static JsonObject Body(DateTimeOffset before, bool skip, bool dryRun = false, string? client = null) =>
        new() { ["dueBefore"] = Ecodrix.Storage.Instants.Write(before), ["skip"] = skip, ["dryRun"] = dryRun, ["client"] = client };

    private static Task<JsonNode> ReleaseAsync(Operator admin, DateTimeOffset before, bool skip, bool dryRun = false) =>
        admin.AskAsync(HttpMethod.Post, "/api/admin/release", Body(before, skip, dryRun));

    private static async Task<JsonNode> HealthAsync(ServerFixture server)
    {
        using var anyone = server.CreateAnonymousClient();
        using var response = await anyone.GetAsync("/api/saas/health", Cancelled);
        return (await response.ReadDataAsync())!;
    }

    private string At(string path) => RuleIntents.CallbackTo(new Uri(receiver.Url, path));

    private JsonObject Later(string trigger, double minutes, string? callback = null) => EventIntents.Event(trigger, change: body =>
    {
        body["delayMinutes"] = minutes;
        if (callback is not null)
        {
            body["callbackUrl"] = new Uri(receiver.Url, callback).AbsoluteUri;
        }
    });

    private async Task<string> TargetAsync() => (await receiver.NextAsync()).Target;

    private async Task PassAsync(ServerFixture server, TimeSpan time)
    {
        await server.DrainAsync();
        clock.Advance(time);
        await server.DrainAsync();
        await server.DrainAsync();
    }

    /// <summary>A release walks at once and once more two seconds later.</summary>
    private async Task SettleAsync(ServerFixture server)
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        for (var turn = 0; turn < 8; turn++)
        {
            await ticks.WaitForNextTickAsync(Cancelled);
            clock.Advance(TimeSpan.FromSeconds(0.5));
            await server.DrainAsync();
        }
    }

    private async Task<JsonNode> BackUpAsync(ServerFixture server)
    {
        using var admin = new Operator(server);
        return await admin.AskAsync(HttpMethod.Post, "/api/admin/backup", new JsonObject { ["folder"] = Backup });
    }

    /// <summary>The disk is gone but for what no backup holds.</summary>
    private void CopyBack()
    {
        Directory.CreateDirectory(Path.Combine(Data, "tenants"));
        foreach (var file in Directory.GetFiles(Data, "services.db*").Concat(Directory.GetFiles(Path.Combine(Data, "tenants"))))
        {
            File.Delete(file);
        }

        File.Copy(Path.Combine(Backup, "services.db"), Path.Combine(Data, "services.db"));
        foreach (var file in Directory.GetFiles(Path.Combine(Backup, "tenants")))
        {
            File.Copy(file, Path.Combine(Data, "tenants", Path.GetFileName(file)));
        }
    }

    private async Task<ServerFixture> StartAsync(bool hold = false, LoopbackS3? bucket = null)
    {
        var server = new ServerFixture()
            .With("ECODRIX_DATABASE", $"sqlite:{Path.Combine(Data, "services.db")}")
            .With("ECODRIX_TENANT_DATABASE", $"sqlite:{Path.Combine(Data, "tenants", "{code}.db")}")
            .With("ECODRIX_HOLD", hold ? "true" : "false")
            .WithClock(clock);
        if (bucket is not null)
        {
            server.With("ECODRIX_STORAGE", $"s3://{LoopbackS3.Bucket}").With("ECODRIX_S3_ENDPOINT", bucket.Endpoint.AbsoluteUri)
                .With("ECODRIX_S3_ACCESS_KEY_ID", LoopbackS3.AccessKeyId).With("ECODRIX_S3_SECRET_ACCESS_KEY", LoopbackS3.SecretAccessKey);
        }

        await server.InitializeAsync();
        return server;
    }
}
