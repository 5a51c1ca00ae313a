using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Retention;
using Ecodrix.Engine.Runs;
using Ecodrix.Engine.Tests.Hosting;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;
using Microsoft.Extensions.Options;

namespace Ecodrix.Engine.Tests.Retention;

/// <summary>What goes after its time, what stays, and what a crash in between leaves.</summary>
public sealed class RetentionTests : EngineTests
{
    private const string Later = """[{"type":"wait","config":{"minutes":172800}},{"type":"mark","config":{"text":"late"}}]""";

    private const string Awaiting = """[{"type":"wait_for","config":{"trigger":"answered","timeoutMinutes":172800}}]""";

    [Fact]
    public async Task Finished_work_goes_after_ninety_days_and_what_waits_stays()
    {
        World.Rule("later", "slow", Later);
        var process = await StartAsync();
        var quick = await process.FireAsync("quick", EngineProcess.WithCallback);
        var slow = await process.FireAsync("slow");
        await process.PassAsync(TimeSpan.FromDays(89));
        var young = await process.FireAsync("quick");
        await process.DrainAsync();
        await RoundAsync(process);
        (await process.Queue.Documents.FindAsync(quick.Id, Cancelled)).ShouldNotBeNull();

        await process.PassAsync(TimeSpan.FromDays(2));
        await RoundAsync(process);

        (await process.Queue.Documents.FindAsync(quick.Id, Cancelled)).ShouldBeNull();
        (await process.FindAsync(slow.Id)).DueAt.ShouldNotBeNull();
        await process.FindAsync(young.Id);
    }

    [Fact]
    public async Task The_days_count_from_the_end_and_not_from_the_beginning()
    {
        World.Rule("later", "slow", Later);
        var process = await StartAsync();
        var slow = await process.FireAsync("slow");
        await process.PassAsync(TimeSpan.FromDays(100));
        await RoundAsync(process);
        await process.PassAsync(TimeSpan.FromDays(21));
        (await process.FindAsync(slow.Id)).FinishedAt.ShouldNotBeNull();

        await process.PassAsync(TimeSpan.FromDays(89));
        await RoundAsync(process);
        await process.FindAsync(slow.Id);

        await process.PassAsync(TimeSpan.FromDays(2));
        await RoundAsync(process);
        (await process.Queue.Documents.FindAsync(slow.Id, Cancelled)).ShouldBeNull();
    }

    [Fact]
    public async Task What_belongs_to_work_goes_with_it_and_what_belongs_to_others_stays()
    {
        World.Rule("welcome", "joined", """[{"type":"mark","config":{"text":"hello"}}]""", isSequence: true);
        World.Rule("awaiting", "asked", Awaiting);
        var process = await StartAsync();
        var asked = await process.FireAsync("asked");
        var joined = await process.FireAsync("joined");
        await process.DrainAsync();
        (await process.Services.Documents<LeadWait>().CountAsync(null, 10, Cancelled)).ShouldBe(1);
        var long_ago = Clock.GetUtcNow();
        var claims = process.Services.Documents<Claim>();
        await claims.TryAddAsync(new Claim("sequence|ACME|gone|lead-9", 1, WorkIds.Run(DocumentId.New(long_ago), 0), long_ago), Cancelled);
        await claims.TryAddAsync(new Claim("phone|+919876543210", 1, "a lead", long_ago), Cancelled);
        await process.Services.Documents<EventChain>().TryAddAsync(new EventChain(joined.Id, 1, 5), Cancelled);

        await process.PassAsync(TimeSpan.FromDays(100));
        await RoundAsync(process);

        (await process.Services.Documents<LeadWait>().CountAsync(null, 10, Cancelled)).ShouldBe(1);
        (await process.Services.Documents<EventChain>().CountAsync(null, 10, Cancelled)).ShouldBe(0);
        (await claims.QueryAsync(new DocumentQuery(null, 10), Cancelled)).Select(claim => claim.Id).ShouldBe(["phone|+919876543210"]);

        await process.PassAsync(TimeSpan.FromDays(21));
        await process.PassAsync(TimeSpan.FromDays(91));
        await RoundAsync(process);
        (await process.Queue.Documents.FindAsync(asked.Id, Cancelled)).ShouldBeNull();
        (await process.Services.Documents<LeadWait>().CountAsync(null, 10, Cancelled)).ShouldBe(0);
    }

    [Fact]
    public async Task Work_is_taken_in_while_old_work_goes_in_small_batches()
    {
        var process = await StartAsync();
        for (var old = 0; old < (2 * OldWork.AtOnce) + 50; old++)
        {
            await process.FireAsync("quick", lead: null);
        }

        await process.PassAsync(TimeSpan.FromDays(91));
        List<string> taken = [];
        List<int> batches = [];
        await foreach (var removed in Old(process).RoundAsync(Cancelled))
        {
            batches.Add(removed);
            taken.Add((await process.FireAsync("quick", lead: null)).Id);
        }

        batches.Where(count => count > 0).ShouldBe([OldWork.AtOnce, OldWork.AtOnce, 50]);
        var left = await process.Queue.Documents.QueryAsync(new DocumentQuery(null, 1_000), Cancelled);
        left.Select(work => work.Id).ShouldBe(taken);
    }

    [Fact]
    public async Task What_was_passed_once_is_looked_at_again_a_day_later_and_not_every_time()
    {
        World.Rule("later", "slow", Later);
        var sixty = Options.Create(new EngineOptions { Retention = TimeSpan.FromDays(60) });
        var process = await StartAsync();
        var slow = await process.FireAsync("slow");
        await process.PassAsync(TimeSpan.FromDays(121));
        Clock.Advance(TimeSpan.FromDays(60) - TimeSpan.FromMinutes(30));
        await RoundAsync(process, sixty);
        (await process.Services.Documents<RetentionWalk>().FindAsync(RetentionWalk.Only, Cancelled))!.Owner.ShouldBeNull();

        // Its time is over, but this round only goes on from where the last one was.
        Clock.Advance(TimeSpan.FromHours(1));
        await RoundAsync(process, sixty);
        await process.FindAsync(slow.Id);

        Clock.Advance(TimeSpan.FromHours(24));
        await RoundAsync(process, sixty);
        (await process.Queue.Documents.FindAsync(slow.Id, Cancelled)).ShouldBeNull();
    }

    [Fact]
    public async Task Where_several_work_one_walks_at_a_time_and_another_takes_over_from_one_that_is_silent()
    {
        var several = Options.Create(new EngineOptions { IsAlone = false });
        var process = await StartAsync();
        await process.FireAsync("quick");
        await process.PassAsync(TimeSpan.FromDays(91));
        await using (var first = Old(process, several).RoundAsync(Cancelled).GetAsyncEnumerator(Cancelled))
        {
            (await first.MoveNextAsync()).ShouldBeTrue();
            await process.FireAsync("quick");
            (await RoundAsync(process, several)).ShouldBeEmpty();
        }

        Clock.Advance(TimeSpan.FromMinutes(6));
        (await RoundAsync(process, several)).ShouldNotBeEmpty();
    }

    public static TheoryData<int, bool> Deaths()
    {
        var deaths = new TheoryData<int, bool>();
        foreach (var write in Enumerable.Range(1, 9))
        {
            deaths.Add(write, false);
            deaths.Add(write, true);
        }

        return deaths;
    }

    [Theory]
    [MemberData(nameof(Deaths))]
    public async Task A_process_that_dies_while_it_removes_leaves_only_what_the_next_removes(int write, bool afterTheWrite)
    {
        World.Rule("welcome", "joined", """[{"type":"wait","config":{"minutes":5}}]""", isSequence: true);
        World.Rule("later", "slow", Later.Replace("172800", "500000", StringComparison.Ordinal));
        var first = await StartAsync();
        await first.FireAsync("joined", lead: "lead-1");
        await first.FireAsync("joined", lead: "lead-2");
        var slow = await first.FireAsync("slow", lead: "lead-3");
        await first.PassAsync(TimeSpan.FromMinutes(6));
        await first.PassAsync(TimeSpan.FromDays(91));
        first.Death.AfterThePoint = afterTheWrite;
        first.Death.At(write);
        await TryRoundAsync(first);
        first.Kill();

        var second = await StartAsync();
        Clock.Advance(TimeSpan.FromDays(1));
        await RoundAsync(second);

        (await second.Queue.Documents.QueryAsync(new DocumentQuery(null, 10), Cancelled)).Select(work => work.Id).ShouldBe([slow.Id]);
        (await second.Services.Documents<Claim>().CountAsync(Condition.Exists("owner"), 10, Cancelled)).ShouldBe(0);
    }

    private async Task TryRoundAsync(EngineProcess process)
    {
        try
        {
            await RoundAsync(process);
        }
        catch (DatabaseUnavailableException)
        {
            process.Death.IsDead.ShouldBeTrue();
        }
    }

    private async Task<IReadOnlyList<int>> RoundAsync(EngineProcess process, IOptions<EngineOptions>? options = null)
    {
        List<int> batches = [];
        await foreach (var removed in Old(process, options).RoundAsync(Cancelled))
        {
            batches.Add(removed);
        }

        return batches;
    }

    private OldWork Old(EngineProcess process, IOptions<EngineOptions>? options = null) => new(
        process.Services, process.Get<RunRemains>(), process.Get<Leftovers>(), Clock, options ?? Options.Create(new EngineOptions()));
}
