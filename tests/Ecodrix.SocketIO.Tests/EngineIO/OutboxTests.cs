using System.Text;
using CsCheck;
using Ecodrix.SocketIO.EngineIO;

namespace Ecodrix.SocketIO.Tests.EngineIO;

/// <summary>What waits for one client: in order, bounded, whole packets only.</summary>
public sealed class OutboxTests
{
    [Fact]
    public void Messages_leave_in_the_order_in_which_they_came_however_many_wait() =>
        Gen.Int[0, 6].Array[1, 40].Sample(steps =>
        {
            var outbox = new Outbox(mostPackets: 1_000, mostBytes: 1_000_000);
            var model = new Queue<EngineMessage>();
            foreach (var (step, number) in steps.Select((step, number) => (step, number)))
            {
                if (step >= 3 && model.Count > 0)
                {
                    outbox.Take().ShouldBeSameAs(model.Dequeue());
                }
                else
                {
                    var added = Enumerable.Range(0, (step % 3) + 1).Select(part => Text($"{number}.{part}")).ToArray();
                    outbox.TryAdd(added).ShouldBeTrue();
                    Array.ForEach(added, model.Enqueue);
                }

                outbox.IsEmpty.ShouldBe(model.Count == 0);
                outbox.NextSize.ShouldBe(model.Count == 0 ? 0 : model.Peek().Size);
            }
        });

    [Fact]
    public void A_packet_with_its_attachments_is_taken_whole_or_not_at_all()
    {
        var outbox = new Outbox(mostPackets: 4, mostBytes: 1_000_000);
        outbox.TryAdd([Text("a"), Text("b")]).ShouldBeTrue();

        outbox.TryAdd([Text("c"), Text("d"), Text("e")]).ShouldBeFalse();
        outbox.TryAdd([Text("c"), Text("d")]).ShouldBeTrue();
        outbox.TryAdd([Text("e")]).ShouldBeFalse();

        Drain(outbox).ShouldBe(["4a", "4b", "4c", "4d"]);
    }

    [Fact]
    public void Bytes_are_bounded_and_given_free_again_but_a_single_larger_message_is_let_through()
    {
        var outbox = new Outbox(mostPackets: 100, mostBytes: 100);
        outbox.TryAdd([Text(new string('x', 500))]).ShouldBeTrue();
        outbox.TryAdd([Text("y")]).ShouldBeFalse();

        outbox.Take();

        outbox.TryAdd([Text(new string('y', 60))]).ShouldBeTrue();
        outbox.TryAdd([Text(new string('z', 60))]).ShouldBeFalse();
        outbox.TryAdd([Text("z")]).ShouldBeTrue();
    }

    [Fact]
    public void A_batch_is_what_fits_and_one_at_least()
    {
        var outbox = new Outbox(mostPackets: 100, mostBytes: 1_000_000);
        foreach (var text in new[] { new string('a', 90), "b", "c", new string('d', 90), "e" })
        {
            outbox.TryAdd([Text(text)]);
        }

        outbox.TakeUpTo(10).Count.ShouldBe(1);
        outbox.TakeUpTo(10).Count.ShouldBe(2);
        outbox.TakeUpTo(int.MaxValue).Count.ShouldBe(2);
        outbox.IsEmpty.ShouldBeTrue();
        outbox.TakeUpTo(10).ShouldBeEmpty();
    }

    [Fact]
    public void Small_frames_that_wait_together_are_joined_byte_for_byte_and_large_ones_are_not()
    {
        var outbox = new Outbox(mostPackets: 100, mostBytes: 1_000_000);
        outbox.CanJoin(64).ShouldBeFalse();
        EngineMessage[] messages = [Text("one"), EngineMessage.OfBinary([1, 2, 3]), Text(new string('x', 60))];
        outbox.TryAdd(messages.AsSpan(0, 1));
        outbox.CanJoin(64).ShouldBeFalse();
        outbox.TryAdd(messages.AsSpan(1));

        outbox.CanJoin(64).ShouldBeTrue();
        var joined = outbox.TakeFrames(64);

        joined.ToArray().ShouldBe([.. messages[0].Frame.ToArray(), .. messages[1].Frame.ToArray()]);
        outbox.CanJoin(64).ShouldBeFalse();
        outbox.Take().ShouldBeSameAs(messages[2]);
    }

    [Fact]
    public void What_is_cleared_is_gone_with_its_bytes()
    {
        var outbox = new Outbox(mostPackets: 2, mostBytes: 100);
        outbox.TryAdd([Text(new string('x', 40)), Text(new string('y', 40))]).ShouldBeTrue();

        outbox.Clear();

        outbox.IsEmpty.ShouldBeTrue();
        outbox.TryAdd([Text(new string('z', 40)), Text(new string('z', 40))]).ShouldBeTrue();
    }

    private static EngineMessage Text(string text) => EngineMessage.OfText(EnginePacketType.Message, Encoding.UTF8.GetBytes(text));

    private static IEnumerable<string> Drain(Outbox outbox)
    {
        while (!outbox.IsEmpty)
        {
            yield return Encoding.UTF8.GetString(outbox.Take().Content);
        }
    }
}
