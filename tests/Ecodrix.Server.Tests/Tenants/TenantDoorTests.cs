using Ecodrix.Server.Features.Tenants;
using Ecodrix.Server.Features.Tenants.Clients;
using Ecodrix.Server.Features.Tenants.Clocks;
using Ecodrix.Server.Features.Tenants.Keys;
using Ecodrix.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.Server.Tests.Tenants;

/// <summary>Two doors over one services database, as two processes would have.</summary>
public sealed class TenantDoorTests : IAsyncLifetime
{
    private static readonly CancellationToken Cancelled = TestContext.Current.CancellationToken;

    private readonly FakeTimeProvider clock = new(DateTimeOffset.Parse("2026-03-15T09:30:00Z", System.Globalization.CultureInfo.InvariantCulture));

    private readonly ServerFixture server = new();

    private IServicesDatabase Database => server.Services.GetRequiredService<IServicesDatabase>();

    public async ValueTask InitializeAsync()
    {
        server.WithClock(clock);
        await server.InitializeAsync();
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task A_key_revoked_elsewhere_is_refused_here_after_a_second()
    {
        var tenant = await server.CreateTenantAsync();
        var (elsewhere, _) = OtherProcess();
        (await elsewhere.CheckAsync(tenant.LiveKey, tenant.Code, Cancelled)).ShouldBeOfType<KeyCheck.Accepted>();

        await RevokeAsync(tenant, KeyMode.Live);

        clock.Advance(TimeSpan.FromSeconds(1));
        (await elsewhere.CheckAsync(tenant.LiveKey, tenant.Code, Cancelled)).ShouldBeOfType<KeyCheck.Refused>();
        (await elsewhere.CheckAsync(tenant.TestKey, tenant.Code, Cancelled)).ShouldBeOfType<KeyCheck.Accepted>().Tenant.ShouldBe(TenantId.Parse(tenant.Code).Test);
    }

    [Fact]
    public async Task A_suspension_elsewhere_holds_here_after_a_second_however_long_nobody_asked()
    {
        var tenant = await server.CreateTenantAsync();
        var (elsewhere, _) = OtherProcess();
        (await elsewhere.IsHeldAsync(TenantId.Parse(tenant.Code), Cancelled)).ShouldBeFalse();
        await elsewhere.CheckAsync(tenant.LiveKey, tenant.Code, Cancelled);

        using var admin = new Operator(server);
        await admin.AskAsync(HttpMethod.Delete, $"/api/clients/{tenant.Code}");

        clock.Advance(TimeSpan.FromMinutes(2));
        (await elsewhere.CheckAsync(tenant.LiveKey, tenant.Code, Cancelled)).ShouldBeOfType<KeyCheck.Suspended>();
        (await elsewhere.IsHeldAsync(TenantId.Parse(tenant.Code).Test, Cancelled)).ShouldBeTrue();
    }

    [Fact]
    public async Task More_changes_than_the_stamp_remembers_drop_everything_that_was_kept()
    {
        var tenant = await server.CreateTenantAsync();
        var (elsewhere, _) = OtherProcess();
        await elsewhere.CheckAsync(tenant.LiveKey, tenant.Code, Cancelled);

        await RevokeAsync(tenant, KeyMode.Live);
        foreach (var number in Enumerable.Range(0, 200))
        {
            await server.Services.GetRequiredService<TenantChanges>().AnnounceAsync($"C{number}", Cancelled);
        }

        clock.Advance(TimeSpan.FromSeconds(1));
        (await elsewhere.CheckAsync(tenant.LiveKey, tenant.Code, Cancelled)).ShouldBeOfType<KeyCheck.Refused>();
    }

    [Fact]
    public async Task A_change_that_was_never_announced_is_seen_after_five_minutes()
    {
        var tenant = await server.CreateTenantAsync();
        var (elsewhere, _) = OtherProcess();
        await elsewhere.CheckAsync(tenant.LiveKey, tenant.Code, Cancelled);
        var keys = Database.Documents<ApiKey>();
        var key = (await keys.FindAsync(KeyText.Hash(tenant.LiveKey), Cancelled))!;
        await keys.TryReplaceAsync(key.Next() with { RevokedAt = clock.GetUtcNow() }, Cancelled);

        clock.Advance(TimeSpan.FromSeconds(2));
        (await elsewhere.CheckAsync(tenant.LiveKey, tenant.Code, Cancelled)).ShouldBeOfType<KeyCheck.Accepted>();
        clock.Advance(TimeSpan.FromMinutes(5));
        (await elsewhere.CheckAsync(tenant.LiveKey, tenant.Code, Cancelled)).ShouldBeOfType<KeyCheck.Refused>();
    }

    [Fact]
    public async Task An_unknown_key_is_remembered_as_unknown_for_a_minute()
    {
        var tenant = await server.CreateTenantAsync();
        var (elsewhere, _) = OtherProcess();
        var key = KeyText.NewKey(KeyMode.Live);
        (await elsewhere.CheckAsync(key, tenant.Code, Cancelled)).ShouldBeOfType<KeyCheck.Refused>();

        // Not announced: only the database knows.
        await Database.Documents<ApiKey>().TryAddAsync(ApiKey.Of(key, tenant.Code, "late", KeyMode.Live, clock.GetUtcNow()), Cancelled);

        clock.Advance(TimeSpan.FromSeconds(59));
        (await elsewhere.CheckAsync(key, tenant.Code, Cancelled)).ShouldBeOfType<KeyCheck.Refused>();
        clock.Advance(TimeSpan.FromSeconds(1));
        (await elsewhere.CheckAsync(key, tenant.Code, Cancelled)).ShouldBeOfType<KeyCheck.Accepted>();
    }

    [Fact]
    public async Task A_founding_that_was_cut_short_holds_its_code_for_a_minute_and_is_then_taken_over()
    {
        var founding = server.Services.GetRequiredService<ClientFounding>();
        var draft = new Client { Id = "CUTSHORT", Name = "Cut short", TimeZone = "Asia/Kolkata", Region = "IN", Currency = "INR" };
        await Database.Documents<Client>().TryAddAsync(draft with { Status = ClientStatus.Creating, CreatedAt = clock.GetUtcNow() }, Cancelled);

        (await founding.FoundAsync(draft, null, null, Cancelled)).ShouldBeOfType<Founding.CodeTaken>();
        clock.Advance(TimeSpan.FromSeconds(60));
        var made = (await founding.FoundAsync(draft, null, null, Cancelled)).ShouldBeOfType<Founding.Made>();

        var (door, _) = OtherProcess();
        (await door.CheckAsync(made.ApiKey, "CUTSHORT", Cancelled)).ShouldBeOfType<KeyCheck.Accepted>();
    }

    private async Task RevokeAsync(TenantClient tenant, KeyMode mode)
    {
        var store = server.Services.GetRequiredService<KeyStore>();
        var key = (await store.ListAsync(tenant.Code, Cancelled)).Single(key => key.Mode == mode);
        (await store.RevokeAsync(tenant.Code, key.KeyId, Cancelled)).ShouldNotBeNull();
    }

    private (TenantDoor Door, TenantChanges Changes) OtherProcess()
    {
        var changes = new TenantChanges(Database, clock);
        var use = new KeyUse(Database, clock, NullLogger<KeyUse>.Instance);
        return (new TenantDoor(Database, changes, new KeyCache(changes, clock), use, new TwinClocks(Database, changes, clock), clock), changes);
    }
}
