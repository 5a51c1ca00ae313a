using Ecodrix.Engine.Retention;
using Ecodrix.Engine.Runs;
using Ecodrix.Engine.Tests.Hosting;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Engine.Tests.Retention;

/// <summary>What a rule's limits remember: as long as the rule lives, or for their window, and no longer.</summary>
public sealed class LimitClaimTests : EngineTests
{
    private const string Greet = """[{"type":"mark","config":{"text":"{{ data.n }}"}}]""";

    private const string Ever = ""","limits":{"oncePer":"{{ data.order }}"}""";

    private const string ForTwoHundredDays = ""","limits":{"oncePer":"{{ data.order }}","withinMinutes":288000}""";

    private const string ForAnHour = ""","limits":{"oncePer":"{{ data.order }}","withinMinutes":60}""";

    public static TheoryData<int, bool> Deaths()
    {
        var deaths = new TheoryData<int, bool>();
        foreach (var write in Enumerable.Range(1, 6))
        {
            deaths.Add(write, false);
            deaths.Add(write, true);
        }

        return deaths;
    }

    [Fact]
    public async Task What_may_run_once_ever_does_not_run_again_when_its_event_is_cleared_away()
    {
        World.Rule("once", "paid", Greet, more: Ever);
        var engine = await StartAsync();
        var first = await engine.FireAsync("paid", data: """{"order":"A","n":1}""");
        await engine.PassAsync(TimeSpan.FromDays(91));
        await RoundAsync(engine);
        (await engine.Queue.Documents.FindAsync(first.Id, Cancelled)).ShouldBeNull();

        var again = await engine.FireAsync("paid", data: """{"order":"A","n":2}""");
        await engine.PassAsync(TimeSpan.FromDays(400));
        await RoundAsync(engine);
        await engine.FireAsync("paid", data: """{"order":"A","n":3}""");
        await engine.FireAsync("paid", data: """{"order":"B","n":4}""");
        await engine.DrainAsync();

        again.Event!.Skipped.ShouldHaveSingleItem().Reason.ShouldBe("limits.oncePer: already ran for A");
        World.Effects.ShouldBe(["1", "4"]);
    }

    [Fact]
    public async Task A_window_longer_than_events_are_kept_holds_to_its_end_and_its_claim_goes_then()
    {
        World.Rule("once", "paid", Greet, more: ForTwoHundredDays);
        var engine = await StartAsync();
        await engine.FireAsync("paid", data: """{"order":"A","n":1}""");
        await engine.PassAsync(TimeSpan.FromDays(91));
        await RoundAsync(engine);
        await engine.PassAsync(TimeSpan.FromDays(108));
        (await engine.FireAsync("paid", data: """{"order":"A","n":2}""")).Event!.Runs.ShouldBeEmpty();
        await RoundAsync(engine);
        (await ClaimsAsync(engine)).ShouldHaveSingleItem();

        await engine.PassAsync(TimeSpan.FromDays(2));
        await RoundAsync(engine);

        (await ClaimsAsync(engine)).ShouldBeEmpty();
        (await engine.FireAsync("paid", data: """{"order":"A","n":3}""")).Event!.Runs.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Claims_with_a_window_go_in_small_batches_when_it_is_over()
    {
        World.Rule("once", "paid", Greet, more: ForAnHour);
        var engine = await StartAsync();
        for (var order = 0; order < OldWork.AtOnce + 20; order++)
        {
            await engine.FireAsync("paid", data: $$"""{"order":"{{order}}","n":1}""");
        }

        await engine.PassAsync(TimeSpan.FromMinutes(30));
        var young = await engine.FireAsync("paid", data: """{"order":"young","n":1}""");
        await engine.PassAsync(TimeSpan.FromMinutes(31));

        (await RoundAsync(engine)).Where(removed => removed > 0).ShouldBe([OldWork.AtOnce, 20]);
        (await ClaimsAsync(engine)).ShouldHaveSingleItem().Owner.ShouldBe(young.Event!.Runs[0].Id);
    }

    [Fact]
    public async Task Claims_of_quiet_go_and_what_still_waits_for_it_runs_all_the_same()
    {
        World.Rule("quiet", "typed", Greet, more: ""","limits":{"debounceSeconds":30}""");
        World.Rule("both", "typed_twice", Greet.Replace("data.n", "data.order", StringComparison.Ordinal), more: ""","limits":{"oncePer":"{{ data.order }}","debounceSeconds":30}""");
        var engine = await StartAsync();
        await engine.FireAsync("typed", data: """{"n":1}""");
        await engine.FireAsync("typed_twice", data: """{"order":"A"}""");
        await engine.PassAsync(TimeSpan.FromSeconds(30));
        await engine.PassAsync(TimeSpan.FromDays(2));
        var waiting = await engine.FireAsync("typed", data: """{"n":2}""");
        var claims = engine.Services.Documents<LimitClaim>();
        await claims.DeleteManyAsync(Condition.Eq("owner", waiting.Event!.Runs[0].Id), 1, Cancelled);

        await engine.PassAsync(TimeSpan.FromSeconds(31));
        await engine.PassAsync(TimeSpan.FromDays(2));
        await RoundAsync(engine);

        World.Effects.Order(StringComparer.Ordinal).ShouldBe(["1", "2", "A"]);
        (await ClaimsAsync(engine)).ShouldHaveSingleItem().Id.ShouldStartWith("once|ACME|both|");
    }

    [Fact]
    public async Task What_is_remembered_for_ever_goes_with_its_rule_and_no_other_rules_does()
    {
        var gone = World.Rule("gone", "paid", Greet, more: Ever);
        World.Rule("stays", "paid", Greet, more: Ever);
        World.Rule("quiet", "typed", Greet, more: ""","limits":{"debounceSeconds":30}""");
        var engine = await StartAsync();
        await engine.FireAsync("paid", data: """{"order":"A","n":1}""");
        await engine.FireAsync("paid", data: """{"order":"B","n":2}""");
        await engine.FireAsync("typed", data: """{"n":3}""");
        await engine.DrainAsync();
        World.Rules.Remove(gone);
        World.Rules.RemoveAll(rule => rule.Id is "quiet");

        await RoundAsync(engine);

        (await ClaimsAsync(engine)).Select(claim => claim.Id.Split('|')[2]).ShouldBe(["stays", "stays"]);
    }

    [Fact]
    public async Task All_of_a_tenant_goes_with_it_and_nothing_of_another_whose_name_begins_alike()
    {
        World.Rule("once", "paid", Greet, more: Ever);
        World.Rule("welcome", "joined", """[{"type":"wait","config":{"minutes":5}}]""", isSequence: true);
        var engine = await StartAsync();
        await engine.FireAsync("paid", data: """{"order":"A","n":1}""");
        await engine.FireAsync("joined");
        var beside = await engine.DatabaseAsync("ACME2");
        await engine.FireAsync("paid", fresh => fresh with { Database = beside }, data: """{"order":"A","n":2}""");
        await engine.FireAsync("joined", fresh => fresh with { Database = beside });
        (await NamesAsync(engine)).Count.ShouldBe(4);

        await engine.Get<ITenantClaims>().EraseAsync(Acme, Cancelled);
        await engine.Get<ITenantClaims>().EraseAsync(Acme, Cancelled);

        (await NamesAsync(engine)).ShouldAllBe(name => name.Contains("|ACME2|", StringComparison.Ordinal));
        (await NamesAsync(engine)).Count.ShouldBe(2);
        (await engine.FireAsync("paid", data: """{"order":"A","n":3}""")).Event!.Runs.ShouldHaveSingleItem();
    }

    [Theory]
    [MemberData(nameof(Deaths))]
    public async Task A_death_while_events_are_cleared_away_forgets_no_claim(int write, bool afterTheWrite)
    {
        World.Rule("once", "paid", Greet, more: Ever);
        var first = await StartAsync();
        await first.FireAsync("paid", data: """{"order":"A","n":1}""");
        await first.FireAsync("paid", data: """{"order":"B","n":2}""", lead: "lead-2");
        await first.PassAsync(TimeSpan.FromDays(91));
        first.Death.AfterThePoint = afterTheWrite;
        first.Death.At(write);
        await TryRoundAsync(first);
        first.Kill();

        Clock.Advance(TimeSpan.FromDays(1));
        var second = await StartAsync();
        await RoundAsync(second);
        (await second.Queue.Documents.CountAsync(null, 10, Cancelled)).ShouldBe(0);
        await second.FireAsync("paid", data: """{"order":"A","n":3}""");
        await second.FireAsync("paid", data: """{"order":"B","n":4}""");
        await second.DrainAsync();

        World.Effects.Order(StringComparer.Ordinal).ShouldBe(["1", "2"]);
    }

    private static Task<IReadOnlyList<LimitClaim>> ClaimsAsync(EngineProcess engine) =>
        engine.Services.Documents<LimitClaim>().QueryAsync(new DocumentQuery(null, 1_000), Cancelled);

    /// <summary>The names that are held, in sequences and in limits.</summary>
    private static async Task<IReadOnlyList<string>> NamesAsync(EngineProcess engine) =>
    [
        .. (await ClaimsAsync(engine)).Select(claim => claim.Id),
        .. (await engine.Services.Documents<Claim>().QueryAsync(new DocumentQuery(null, 1_000), Cancelled)).Select(claim => claim.Id),
    ];

    private static async Task TryRoundAsync(EngineProcess engine)
    {
        try
        {
            await RoundAsync(engine);
        }
        catch (DatabaseUnavailableException)
        {
            engine.Death.IsDead.ShouldBeTrue();
        }
    }

    private static async Task<IReadOnlyList<int>> RoundAsync(EngineProcess engine)
    {
        List<int> batches = [];
        await foreach (var removed in engine.Get<OldWork>().RoundAsync(Cancelled))
        {
            batches.Add(removed);
        }

        return batches;
    }
}
