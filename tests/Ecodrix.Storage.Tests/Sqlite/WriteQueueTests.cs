using Ecodrix.Storage.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.Storage.Tests.Sqlite;

/// <summary>Writes share a commit; each has its own outcome.</summary>
public sealed class WriteQueueTests : IDisposable
{
    private static readonly Table Table = Table.Of<Note>();

    private readonly SqliteWorkshop workshop = new();
    private readonly Lock betweenCommits = new();
    private readonly List<long> commits = [];
    private Exception? refusal;
    private readonly WriteQueue queue;

    public WriteQueueTests()
    {
        Connection.CreateFile(workshop.ServicesPath);
        queue = new WriteQueue(OpenWithTable, RefuseCommit, commits.Add, betweenCommits);
    }

    public void Dispose()
    {
        queue.Dispose();
        workshop.Dispose();
    }

    [Fact]
    public async Task What_gathers_while_the_writer_is_held_up_is_committed_at_once()
    {
        var writes = Gather(() => Enumerable.Range(0, 50).Select(number => AddAsync($"n{number}")).ToList());

        (await Task.WhenAll(writes)).ShouldAllBe(added => added);
        commits.Count.ShouldBeLessThanOrEqualTo(2);
    }

    [Fact]
    public async Task A_commit_is_noted_before_who_waits_for_it_hears_of_it()
    {
        Task<bool>? write = null;
        bool? heardBefore = null;
        using var noting = new WriteQueue(OpenWithTable, RefuseCommit, _ => heardBefore = write!.IsCompleted, betweenCommits);

        _ = Gather(() => write = noting.AddAsync(_ => true));

        (await write!).ShouldBeTrue();
        heardBefore.ShouldBe(false);
    }

    [Fact]
    public async Task A_write_that_fails_does_not_take_its_neighbours_with_it()
    {
        var writes = Gather(() => new[] { AddAsync("n1"), queue.AddAsync<bool>(_ => throw new InvalidOperationException("Only this one.")), AddAsync("n2") });

        (await writes[0]).ShouldBeTrue();
        (await Should.ThrowAsync<InvalidOperationException>(() => writes[1])).Message.ShouldBe("Only this one.");
        (await writes[2]).ShouldBeTrue();
        (await CountAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task Many_documents_of_one_write_are_written_all_or_none()
    {
        var failing = queue.AddAsync(connection => connection.AllOrNothing<bool>(() =>
        {
            Add(connection, "n1");
            throw new InvalidOperationException("After the first.");
        }));

        await Should.ThrowAsync<InvalidOperationException>(() => failing);
        (await CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task When_the_commit_fails_every_write_in_it_is_told_and_none_is_kept()
    {
        refusal = new DatabaseUnavailableException("Gone.");

        var writes = Gather(() => new[] { AddAsync("n1"), AddAsync("n2") });

        foreach (var write in writes)
        {
            await Should.ThrowAsync<DatabaseUnavailableException>(() => write);
        }

        refusal = null;
        (await CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task While_the_writer_stands_still_the_wait_to_expect_grows_and_afterwards_nobody_waits()
    {
        queue.ExpectedWait.ShouldBe(TimeSpan.Zero);

        var write = Gather(() =>
        {
            var held = AddAsync("n1");
            var first = Grown(TimeSpan.Zero);
            Grown(first).ShouldBeGreaterThan(first);
            return held;
        });

        (await write).ShouldBeTrue();
        await queue.AddAsync(_ => true);
        (await SettledAsync()).ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public async Task A_writer_that_has_all_it_may_have_takes_no_more_until_it_has_caught_up()
    {
        var writes = Gather(() =>
        {
            var all = Enumerable.Range(0, WriteQueue.MostWaiting).Select(number => AddAsync($"n{number}")).ToList();
            Should.Throw<TooManyWritesException>(() => { _ = AddAsync("one too many"); });
            return all;
        });

        (await Task.WhenAll(writes)).ShouldAllBe(added => added);
        (await SettledAsync()).ShouldBe(TimeSpan.Zero);
        (await AddAsync("after")).ShouldBeTrue();
        (await CountAsync()).ShouldBe(WriteQueue.MostWaiting + 1);
    }

    [Fact]
    public void A_commit_has_its_price_and_so_has_each_write_in_it()
    {
        var clock = new FakeTimeProvider();
        var pace = new WritePace(mostInOneTransaction: 100, clock);
        pace.Expect(1_000).ShouldBe(TimeSpan.Zero);

        pace.Begin();
        clock.Advance(TimeSpan.FromMilliseconds(8));
        pace.Written(10);
        clock.Advance(TimeSpan.FromMilliseconds(80));
        pace.Committed();

        // The newest commit counts an eighth: 10 ms a commit and 0.1 ms a write.
        pace.Expect(1).TotalMilliseconds.ShouldBe(10.1, 0.001);
        pace.Expect(100).TotalMilliseconds.ShouldBe(20, 0.001);
        pace.Expect(1_000).TotalMilliseconds.ShouldBe(200, 0.001);
        pace.Expect(0).ShouldBe(TimeSpan.Zero);
    }

    private TimeSpan Grown(TimeSpan above)
    {
        var wait = TimeSpan.Zero;
        SpinWait.SpinUntil(() => (wait = queue.ExpectedWait) > above, TimeSpan.FromSeconds(10)).ShouldBeTrue();
        return wait;
    }

    // The writer tells the outcomes first and counts afterwards.
    private async Task<TimeSpan> SettledAsync()
    {
        await Task.Yield();
        SpinWait.SpinUntil(() => queue.ExpectedWait == TimeSpan.Zero, TimeSpan.FromSeconds(10));
        return queue.ExpectedWait;
    }

    private Connection OpenWithTable()
    {
        var connection = Connection.OpenWriter(workshop.ServicesPath, cacheKibibytes: 512);
        Schema.Complete(connection, Table);
        return connection;
    }

    private void RefuseCommit()
    {
        if (refusal is { } cause)
        {
            throw cause;
        }
    }

    private T Gather<T>(Func<T> add)
    {
        lock (betweenCommits)
        {
            return add();
        }
    }

    private Task<bool> AddAsync(string id) => queue.AddAsync(connection => Add(connection, id));

    private static bool Add(Connection connection, string id) => Row.Of(new Note(id), Table).Insert(connection, Table);

    private Task<long> CountAsync() => queue.AddAsync(connection => connection.Read("SELECT count(*) FROM notes", [], row => row.Integer(0))[0]);
}
