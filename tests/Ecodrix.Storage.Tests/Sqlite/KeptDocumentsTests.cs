using System.Text.Json.Serialization;
using Ecodrix.Storage.Conditions;
using Ecodrix.Storage.Sqlite;

namespace Ecodrix.Storage.Tests.Sqlite;

/// <summary>A document that is found often and kept in memory.</summary>
internal sealed record Badge([property: JsonPropertyName("_id")] string Id, long Version, string Owner) : IDocument<Badge>
{
    public static Collection<Badge> Collection { get; } = new("badges", BadgeContext.Default.Badge) { IsFoundOften = true };
}

[JsonSerializable(typeof(Badge))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class BadgeContext : JsonSerializerContext;

public sealed class KeptDocumentsTests : IDisposable
{
    private static readonly TenantId Acme = TenantId.Parse("ACME");

    private readonly SqliteWorkshop workshop = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => workshop.Dispose();

    [Fact]
    public async Task What_is_found_twice_is_read_once()
    {
        using var tenants = workshop.OpenTenants();
        var badges = await BadgesOfAsync(tenants, Acme);
        await badges.TryAddAsync(new Badge("b", 1, "asha"), Cancelled);

        var first = await badges.FindAsync("b", Cancelled);
        var second = await badges.FindAsync("b", Cancelled);

        second.ShouldBeSameAs(first);
    }

    [Fact]
    public async Task After_each_kind_of_write_what_it_left_is_found()
    {
        using var tenants = workshop.OpenTenants();
        var badges = await BadgesOfAsync(tenants, Acme);

        (await badges.FindAsync("b", Cancelled)).ShouldBeNull();
        await badges.TryAddAsync(new Badge("b", 1, "asha"), Cancelled);
        (await badges.FindAsync("b", Cancelled))!.Owner.ShouldBe("asha");
        await badges.TryReplaceAsync(new Badge("b", 2, "ravi"), Cancelled);
        (await badges.FindAsync("b", Cancelled))!.Owner.ShouldBe("ravi");
        await badges.DeleteAsync("b", Cancelled);
        (await badges.FindAsync("b", Cancelled)).ShouldBeNull();
        await badges.AddManyAsync([new Badge("b", 1, "mira"), new Badge("c", 1, "mira")], Cancelled);
        (await badges.FindAsync("b", Cancelled))!.Owner.ShouldBe("mira");
        await badges.DeleteManyAsync(Condition.Eq("owner", "mira"), 10, Cancelled);
        (await badges.FindAsync("b", Cancelled)).ShouldBeNull();
    }

    [Fact]
    public async Task A_replacement_that_lost_leaves_what_won()
    {
        using var tenants = workshop.OpenTenants();
        var badges = await BadgesOfAsync(tenants, Acme);
        await badges.TryAddAsync(new Badge("b", 1, "asha"), Cancelled);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => badges.TryReplaceAsync(new Badge("b", 2, $"owner {n}"), Cancelled)));

        var winner = Array.IndexOf(outcomes, true);
        outcomes.Count(won => won).ShouldBe(1);
        (await badges.FindAsync("b", Cancelled))!.Owner.ShouldBe($"owner {winner}");
    }

    [Fact]
    public async Task Nobody_finds_less_than_was_acknowledged_before_the_question()
    {
        using var tenants = workshop.OpenTenants();
        var badges = await BadgesOfAsync(tenants, Acme);
        await badges.TryAddAsync(new Badge("b", 1, "1"), Cancelled);
        long acknowledged = 1;

        var writer = Task.Run(
            async () =>
            {
                for (long version = 2; version <= 500; version++)
                {
                    (await badges.TryReplaceAsync(new Badge("b", version, $"{version}"), Cancelled)).ShouldBeTrue();
                    Volatile.Write(ref acknowledged, version);
                }
            },
            Cancelled);
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(
            async () =>
            {
                while (Volatile.Read(ref acknowledged) < 500)
                {
                    var atLeast = Volatile.Read(ref acknowledged);
                    (await badges.FindAsync("b", Cancelled))!.Version.ShouldBeGreaterThanOrEqualTo(atLeast);
                }
            },
            Cancelled));

        await Task.WhenAll([writer, .. readers]);
    }

    [Fact]
    public async Task Another_tenant_s_document_of_the_same_id_is_another()
    {
        using var tenants = workshop.OpenTenants();
        var mine = await BadgesOfAsync(tenants, Acme);
        var theirs = await BadgesOfAsync(tenants, TenantId.Parse("BETA"));
        await mine.TryAddAsync(new Badge("b", 1, "asha"), Cancelled);

        (await mine.FindAsync("b", Cancelled)).ShouldNotBeNull();
        (await theirs.FindAsync("b", Cancelled)).ShouldBeNull();
    }

    [Fact]
    public async Task What_was_in_memory_goes_with_its_file()
    {
        using var tenants = workshop.OpenTenants();
        var badges = await BadgesOfAsync(tenants, Acme);
        await badges.TryAddAsync(new Badge("b", 1, "asha"), Cancelled);
        await badges.FindAsync("b", Cancelled);

        workshop.MoveAway(Acme);
        await Should.ThrowAsync<DatabaseUnavailableException>(() => badges.FindAsync("b", Cancelled));
        await tenants.DeleteAsync(Acme, Cancelled);
        await tenants.CreateAsync(Acme, Cancelled);

        (await badges.FindAsync("b", Cancelled)).ShouldBeNull();
    }

    private static async Task<IDocuments<Badge>> BadgesOfAsync(SqliteTenantDatabases tenants, TenantId tenant)
    {
        await tenants.CreateAsync(tenant, Cancelled);
        return (await tenants.OpenAsync(tenant, Cancelled)).Documents<Badge>();
    }
}
