using Ecodrix.Bench.Crash;
using Ecodrix.Loopback;

namespace Ecodrix.Bench.Tests;

public sealed class VerdictTests
{
    private const string About = "event 1";

    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private static readonly Evidence Whole = new(
        new Dictionary<string, Acknowledged>(StringComparer.Ordinal) { [About] = new("e1", Now) },
        [Taken()],
        [Taken()],
        [new Told(About, "c1", "{}")],
        [],
        []);

    [Fact]
    public void What_happened_once_is_neither_lost_nor_doubled()
    {
        Verdict.Of(Whole).ShouldBe(new Verdict(0, 0, 0, 0, 0, 0, 0));
    }

    [Fact]
    public void A_callback_may_be_repeated_as_it_was_and_not_otherwise()
    {
        Verdict.Of(Whole with { Callbacks = [.. Whole.Callbacks, new Told(About, "c1", "{}")] }).Doubled.ShouldBe(0);
        Verdict.Of(Whole with { Callbacks = [.. Whole.Callbacks, new Told(About, "c1", "{ }")] }).Doubled.ShouldBe(1);
        Verdict.Of(Whole with { Callbacks = [.. Whole.Callbacks, new Told(About, "c2", "{}")] }).Doubled.ShouldBe(1);
    }

    [Fact]
    public void A_second_message_or_mail_of_the_same_event_is_a_double()
    {
        Verdict.Of(Whole with { Messages = [Taken(), Taken()], Mails = [Taken(), Taken(), Taken()] }).Doubled.ShouldBe(3);
    }

    [Fact]
    public void What_is_missing_is_lost_unless_it_is_said_to_be_unknown()
    {
        Verdict.Of(Whole with { Messages = [], Mails = [], Callbacks = [] }).Lost.ShouldBe(3);
        Verdict.Of(Whole with { Messages = [], Unknown = [Unknown()] }).Lost.ShouldBe(0);
        Verdict.Of(Whole with { Mails = [], Unknown = [Unknown()] }).Lost.ShouldBe(1);
    }

    [Fact]
    public void An_unknown_step_is_traced_to_the_kill_that_interrupted_it()
    {
        var exchange = Taken();
        var evidence = Whole with { Messages = [exchange], Unknown = [Unknown()], Kills = [exchange.ArrivedAt] };

        Verdict.Of(evidence).OnTheWire.ShouldBe(1);
        Verdict.Of(evidence with { Kills = [exchange.EndedAt!.Value.AddMilliseconds(1)] }).JustAnswered.ShouldBe(1);
        Verdict.Of(evidence with { Messages = [] }).NeverSent.ShouldBe(1);
        Verdict.Of(evidence with { Kills = [Now.AddHours(1)] }).Unexplained.ShouldBe(1);
    }

    private static UnknownStep Unknown() => new(About, "send_whatsapp", Now.AddSeconds(-1), Now.AddMinutes(1));

    private static Exchange Taken()
    {
        var exchange = new Exchange("key", About, TimeProvider.System.GetUtcNow());
        exchange.End();
        return exchange;
    }
}
