using Ecodrix.Server.Features.Realtime.Streams;
using Ecodrix.Server.Tests.Leads;
using Ecodrix.Storage;

namespace Ecodrix.Server.Tests.Realtime;

/// <summary>Numbers: one after the other, through restarts, races and deaths.</summary>
public sealed class HistoryTests : IAsyncLifetime
{
    private StreamScene scene = null!;

    public async ValueTask InitializeAsync() => scene = await StreamScene.StartAsync();

    public ValueTask DisposeAsync() => scene.DisposeAsync();

    [Fact]
    public async Task Numbers_go_on_after_a_restart()
    {
        var (_, tenant) = await scene.WatchedAsync();
        await scene.AppendAsync(scene.AnotherProcess(), tenant, null, ["a", "b"]);
        await scene.AppendAsync(scene.AnotherProcess(), tenant, null, ["c"]);

        (await scene.ReadAllAsync(tenant)).ShouldBe([(1, "a"), (2, "b"), (3, "c")]);
    }

    [Fact]
    public async Task Any_part_of_a_long_stream_is_read_from_any_number_in_parts_of_any_size()
    {
        var (_, tenant) = await scene.WatchedAsync();
        StreamHead? head = null;
        var number = 0;
        for (var batch = 0; batch < 60; batch++)
        {
            head = (await scene.AppendAsync(scene.History, tenant, head, Enumerable.Range(0, (batch % 5) + 1).Select(_ => $"{++number}"))).Head;
        }

        (await scene.PagesAsync(tenant)).Count.ShouldBeGreaterThan(5);
        for (var after = 0; after <= number; after += 7)
        {
            foreach (var limit in new[] { 1, 10, 1_000 })
            {
                (await scene.ReadAllAsync(tenant, after, limit)).ShouldBe(Enumerable.Range(after + 1, number - after).Select(seq => ((long)seq, $"{seq}")));
            }
        }
    }

    [Fact]
    public async Task Many_processes_at_once_give_no_number_twice_and_leave_none_out()
    {
        var (_, tenant) = await scene.WatchedAsync();

        var given = await Task.WhenAll(Enumerable.Range(0, 6).Select(WriteAsync));

        var all = given.SelectMany(one => one).OrderBy(entry => entry.Seq).Select(entry => (entry.Seq, StreamScene.TextOf(entry.Payload))).ToList();
        all.Select(entry => entry.Seq).ShouldBe(Enumerable.Range(1, all.Count).Select(seq => (long)seq));
        (await scene.ReadAllAsync(tenant)).ShouldBe(all);

        async Task<List<StreamEntry>> WriteAsync(int process)
        {
            var history = scene.AnotherProcess();
            var mine = new List<StreamEntry>();
            StreamHead? head = null;
            for (var batch = 0; batch < 20; batch++)
            {
                var appended = await scene.AppendAsync(history, tenant, head, Enumerable.Range(0, (batch % 3) + 1).Select(number => $"{process}:{batch}:{number}"));
                head = appended.Head;
                mine.AddRange(appended.Entries);
            }

            return mine;
        }
    }

    [Fact]
    public async Task Wherever_a_process_dies_no_number_is_left_out_and_none_that_was_told_is_given_again()
    {
        var survived = false;
        for (var writes = 0; !survived; writes++)
        {
            writes.ShouldBeLessThan(60);
            var (_, tenant) = await scene.WatchedAsync();
            var told = new List<(long, string)>();
            var life = new Life(writes);
            var dying = scene.AnotherProcess(new FrailDatabases(scene.Get<ITenantDatabases>(), life));
            try
            {
                StreamHead? head = null;
                for (var batch = 0; batch < 20; batch++)
                {
                    var appended = await scene.AppendAsync(dying, tenant, head, [$"{batch}a", $"{batch}b"]);
                    head = appended.Head;
                    told.AddRange(appended.Entries.Select(entry => (entry.Seq, StreamScene.TextOf(entry.Payload))));
                }
            }
            catch (KilledException)
            {
                // As a kill does.
            }

            survived = !life.IsOver;
            var heir = scene.AnotherProcess();
            told.AddRange((await scene.AppendAsync(heir, tenant, null, ["after"])).Entries.Select(entry => (entry.Seq, StreamScene.TextOf(entry.Payload))));

            var kept = await scene.ReadAllAsync(tenant);
            kept.Select(entry => entry.Seq).ShouldBe(Enumerable.Range(1, kept.Count).Select(seq => (long)seq), $"after {writes} writes");
            told.ShouldBeSubsetOf(kept, $"after {writes} writes");
            told.Select(entry => entry.Item1).ShouldBeUnique();
        }
    }

    [Fact]
    public async Task A_number_beyond_the_last_is_none_of_this_stream()
    {
        var (_, tenant) = await scene.WatchedAsync();
        await ShouldBeAsync(tenant, 0, Stretch.Nothing(0));
        await ShouldBeAsync(tenant, 5, Stretch.Lost(0));
        await scene.AppendAsync(scene.History, tenant, null, ["a"]);

        await ShouldBeAsync(tenant, 1, Stretch.Nothing(1));
        await ShouldBeAsync(tenant, 2, Stretch.Lost(1));
    }

    [Fact]
    public async Task Where_something_was_not_told_a_number_is_left_out_and_everybody_learns_of_it()
    {
        var (_, tenant) = await scene.WatchedAsync();
        var first = await scene.AppendAsync(scene.History, tenant, null, ["a", "b"]);
        await scene.AppendAsync(scene.History, tenant, first.Head, ["d"], isBroken: true);

        await ShouldBeAsync(tenant, 2, Stretch.Lost(4));
        (await scene.ReadAllAsync(tenant, after: 3)).ShouldBe([(4, "d")]);
    }

    [Fact]
    public async Task At_most_fifty_thousand_events_are_kept()
    {
        var (_, tenant) = await scene.WatchedAsync();
        StreamHead? head = null;
        for (var batch = 0; batch < 210; batch++)
        {
            head = (await scene.AppendAsync(scene.History, tenant, head, Enumerable.Repeat("x", 250))).Head;
            head = batch % 3 == 0 ? await scene.History.TrimAsync(tenant, head, TestContext.Current.CancellationToken) : head;
        }

        var kept = (await scene.PagesAsync(tenant)).Sum(page => page.Entries.Count) + head!.Open.Count;
        kept.ShouldBeLessThanOrEqualTo(Keeping.MostEvents);
        kept.ShouldBeGreaterThan(45_000);
        (await scene.ReadAsync(tenant, 0)).IsLost.ShouldBeTrue();
        (await scene.ReadAsync(tenant, head.LastSeq - 45_000)).Entries[0].Seq.ShouldBe(head.LastSeq - 44_999);
        (await scene.ReadAllAsync(tenant, head.Floor - 1)).Count.ShouldBe(kept);
    }

    [Fact]
    public async Task What_is_older_than_a_day_is_not_told_any_more_and_is_cut_off()
    {
        var (client, tenant) = await scene.WatchedAsync();
        var head = (await scene.AppendAsync(scene.History, tenant, null, Enumerable.Repeat("old", 20))).Head;
        scene.Clock.Advance(TimeSpan.FromHours(20));
        await client.WatchAsync();
        head = (await scene.AppendAsync(scene.History, tenant, head, Enumerable.Repeat("young", 20))).Head;
        (await scene.ReadAllAsync(tenant)).Count.ShouldBe(40);

        scene.Clock.Advance(TimeSpan.FromHours(5));

        await ShouldBeAsync(tenant, 0, Stretch.Lost(40));
        (await scene.ReadAllAsync(tenant, 20)).Count.ShouldBe(20);
        await scene.History.TrimAsync(tenant, head, TestContext.Current.CancellationToken);
        (await scene.PagesAsync(tenant)).ShouldBeEmpty();
        (await scene.ReadAllAsync(tenant, 20)).Count.ShouldBe(20);
    }

    private async Task ShouldBeAsync(TenantId tenant, long after, Stretch expected)
    {
        var read = await scene.ReadAsync(tenant, after);
        (read.IsLost, read.LastSeq).ShouldBe((expected.IsLost, expected.LastSeq));
        read.Entries.ShouldBeEmpty();
    }
}
