using Ecodrix.SocketIO.Namespaces;
using Ecodrix.SocketIO.Tests.Wire;

namespace Ecodrix.SocketIO.Tests.Namespaces;

/// <summary>What concerns one socket, one after another.</summary>
public sealed class MailboxTests
{
    [Fact]
    public async Task Works_run_in_order_and_never_two_at_once_whoever_posts_them()
    {
        var mailbox = new Mailbox(most: 10_000);
        var (running, most, done) = (0, 0, new List<int>());
        var last = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        for (var number = 0; number < 1_000; number++)
        {
            var own = number;
            await mailbox.Post(async () =>
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
                await Task.Yield();
                done.Add(own);
                Interlocked.Decrement(ref running);
            });
        }

        mailbox.PostLast(() =>
        {
            last.SetResult();
            return Task.CompletedTask;
        });
        await last.Task.SoonAsync();

        most.ShouldBe(1);
        done.ShouldBe(Enumerable.Range(0, 1_000));
    }

    [Fact]
    public async Task Who_posts_too_much_waits_until_half_of_it_is_done()
    {
        var mailbox = new Mailbox(most: 4);
        var gates = new Queue<TaskCompletionSource>(Enumerable.Range(0, 7).Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)));
        var open = gates.ToArray();
        List<Task> posted = [.. gates.Select(gate => mailbox.Post(() => gate.Task).AsTask())];

        // One runs, four wait; the two behind them are too much.
        posted.Select(task => task.IsCompleted).ShouldBe([true, true, true, true, true, false, false]);
        open[0].SetResult();
        open[1].SetResult();
        posted[5].IsCompleted.ShouldBeFalse();
        open[2].SetResult();
        open[3].SetResult();

        await Task.WhenAll(posted).SoonAsync();
        Array.ForEach(open[4..], gate => gate.SetResult());
    }

    [Fact]
    public async Task A_work_may_post_another_which_runs_behind_it()
    {
        var mailbox = new Mailbox(most: 4);
        var said = new List<string>();
        var last = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        await mailbox.Post(async () =>
        {
            await mailbox.Post(() =>
            {
                said.Add("inner");
                last.SetResult();
                return Task.CompletedTask;
            });
            said.Add("outer");
        });
        await last.Task.SoonAsync();

        said.ShouldBe(["outer", "inner"]);
    }
}
