using System.Globalization;
using System.Net;
using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Configuration;
using Ecodrix.Server.Features.Tenants.Secrets;
using Ecodrix.Server.Instances;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Callbacks;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.Server.Tests.Instances;

/// <summary>One instance that answers and one that works.</summary>
public sealed class RoleTests : IAsyncLifetime
{
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 3, 15, 9, 30, 0, TimeSpan.Zero));

    private TwoInstances both = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => both = await TwoInstances.StartAsync(clock, roles: (InstanceRole.Api, InstanceRole.Worker));

    public ValueTask DisposeAsync() => both.DisposeAsync();

    [Fact]
    public async Task What_the_one_accepts_the_other_is_told_of_and_does_at_once()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        var tenant = await both.First.CreateTenantAsync();

        // Less passes than until the next poll: what is done then is done because it was told.
        clock.Advance(TimeSpan.FromMilliseconds(60));
        var (fired, callback) = await tenant.FinishedAsync(receiver, EventIntents.Event("go"));

        callback.Json.Text("eventLogId").ShouldBe(fired.Text("eventLogId"));
        both.CallsTo("second").ShouldBeGreaterThan(0);
        both.CallsTo("first").ShouldBe(0, "who does not work need not be told");
    }

    [Fact]
    public async Task An_instance_that_only_answers_leases_nothing_to_itself_and_begins_nothing_that_falls_due()
    {
        var tenant = await both.First.CreateTenantAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("go", RuleIntents.Wait(5)));
        var fired = await tenant.FiredAsync(EventIntents.Event("go"));

        (await both.First.Services.GetRequiredService<WorkLoop>().ClaimAsync(Enum.GetValues<Lane>(), Cancelled)).ShouldBe(0);
        var work = await both.First.Services.GetRequiredService<IServicesDatabase>().Documents<WorkItem>().FindAsync(fired.Text("eventLogId"), Cancelled);
        (work!.Lease?.Owner is null or "second").ShouldBeTrue();
    }

    [Fact]
    public async Task What_is_asked_of_resting_work_reaches_the_one_that_works()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        var tenant = await both.First.CreateTenantAsync();
        clock.Advance(TimeSpan.FromMilliseconds(60));
        await tenant.FinishedAsync(receiver, EventIntents.Event("go"));
        var log = (await tenant.UntilDeliveredAsync())!.Text("_id");

        clock.Advance(TimeSpan.FromMilliseconds(60));
        using var resent = await tenant.PostAsync($"/api/saas/callbacks/logs/{log}/resend", new System.Text.Json.Nodes.JsonObject());
        await resent.ReadDataAsync(HttpStatusCode.Accepted);

        (await receiver.NextAsync()).Headers["webhook-id"].ShouldBe(log);
    }

    [Fact]
    public async Task An_instance_that_only_works_answers_health_and_nothing_of_clients_or_operators()
    {
        var tenant = both.OnSecond(await both.First.CreateTenantAsync());
        using var operators = both.Second.CreateAdminClient();

        using var live = await operators.GetAsync("/health/live", Cancelled);
        using var ready = await operators.GetAsync("/health/ready", Cancelled);
        using var health = await operators.GetAsync("/api/saas/health", Cancelled);
        new[] { live, ready, health }.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.OK);

        using var fired = await tenant.FireAsync(EventIntents.Event("go"));
        await fired.ShouldFailAsync(HttpStatusCode.NotFound, "NOT_FOUND");
        using var listed = await operators.GetAsync("/api/clients", Cancelled);
        await listed.ShouldFailAsync(HttpStatusCode.NotFound, "NOT_FOUND");
    }

    [Fact]
    public async Task A_wake_is_believed_only_when_an_instance_signed_it_lately()
    {
        var own = both.First.Services.GetRequiredService<WakeSignature>();
        (await WakeAsync(own.Sign())).ShouldBe(HttpStatusCode.OK);
        (await WakeAsync(null)).ShouldBe(HttpStatusCode.NotFound);

        var good = own.Sign();
        var other = new WakeSignature(EncryptionKeys.TryParse(Convert.ToBase64String(Enumerable.Repeat((byte)9, 32).ToArray()))!, clock);
        foreach (var wrong in new[] { "x", "1.", good[..^1], good + "0", "1" + good, other.Sign(), good.Replace('.', ',') })
        {
            (await WakeAsync(wrong)).ShouldBe(HttpStatusCode.Unauthorized, wrong);
        }

        clock.Advance(TimeSpan.FromSeconds(31));
        (await WakeAsync(good)).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public void While_keys_are_rotated_instances_with_either_first_believe_each_other()
    {
        var (old, fresh) = (EncryptionKeys.NewKey(), EncryptionKeys.NewKey());
        WakeSignature Of(params string[] keys) => new(EncryptionKeys.TryParse(string.Join(',', keys))!, clock);

        Of(old, fresh).IsGood(Of(fresh, old).Sign()).ShouldBeTrue();
        Of(fresh, old).IsGood(Of(old, fresh).Sign()).ShouldBeTrue();
        Of(fresh).IsGood(Of(old).Sign()).ShouldBeFalse();
    }

    [Theory]
    [InlineData("http://127.0.0.1:4000", "http://127.0.0.1:4000/")]
    [InlineData("https://127.0.0.1:4000", null)]
    [InlineData("http://unix:/tmp/engine.sock", null)]
    [InlineData("nonsense", null)]
    public void The_address_that_others_are_told_is_one_that_is_listened_at(string listened, string? told) =>
        InstanceAddress.Reachable(listened)?.AbsoluteUri.ShouldBe(told);

    [Theory]
    [InlineData("http://0.0.0.0:8080")]
    [InlineData("http://[::]:8080")]
    [InlineData("http://*:8080")]
    public void Every_interface_becomes_the_machines_own_address(string listened)
    {
        if (InstanceAddress.Reachable(listened) is { } told)
        {
            told.Port.ShouldBe(8080);
            told.IsLoopback.ShouldBeFalse();
            told.Host.ShouldNotBeOneOf("0.0.0.0", "[::]");
        }
        else
        {
            System.Net.NetworkInformation.NetworkInterface.GetIsNetworkAvailable().ShouldBeFalse(listened.ToString(CultureInfo.InvariantCulture));
        }
    }

    private async Task<HttpStatusCode> WakeAsync(string? signature)
    {
        using var client = both.Second.CreateAnonymousClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, ReceiveWake.Path);
        if (signature is not null)
        {
            request.Headers.TryAddWithoutValidation(WakeSignature.Header, signature);
        }

        using var response = await client.SendAsync(request, Cancelled);
        if (!response.IsSuccessStatusCode)
        {
            await response.ShouldBeErrorAsync();
        }

        return response.StatusCode;
    }
}

file static class Waits
{
    /// <returns>The client's one callback, once it is written down as delivered.</returns>
    public static async Task<System.Text.Json.Nodes.JsonNode?> UntilDeliveredAsync(this TenantClient tenant)
    {
        while (true)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            if ((await tenant.ReadDataAsync("/api/saas/callbacks/logs")).AsArray() is [{ } log] && log.Text("status") is "delivered")
            {
                return log;
            }
        }
    }
}
