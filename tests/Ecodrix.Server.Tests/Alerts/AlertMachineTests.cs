using Ecodrix.Server.Features.Alerts.Knowing;
using Ecodrix.Server.Features.Alerts.Telling;

namespace Ecodrix.Server.Tests.Alerts;

/// <summary>When something is said of a matter, as a table.</summary>
public sealed class AlertMachineTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 15, 9, 30, 0, TimeSpan.Zero);

    private static readonly Sighting Down = new(AlertKind.DatabaseDown, "ACME", null, new AlertDetails { Database = "client" });

    [Fact]
    public void What_begins_is_told_and_what_goes_on_is_not_until_its_time()
    {
        var begun = AlertMachine.See(known: null, Down, Now)!;

        begun.Posts.ShouldHaveSingleItem().DueAt.ShouldBe(Now);
        AlertMachine.See(begun, Down, Now + TimeSpan.FromSeconds(15)).ShouldBeNull("that it goes on is not worth a write");
        AlertMachine.See(begun, Down, Now + TimeSpan.FromMinutes(6))!.Posts.Count.ShouldBe(1);
        AlertMachine.See(begun, Down, Now + TimeSpan.FromHours(1))!.Posts.Count.ShouldBe(2);
    }

    [Fact]
    public void What_comes_back_within_two_minutes_had_not_ended()
    {
        var begun = AlertMachine.See(known: null, Down, Now)!;
        var clear = AlertMachine.Clear(begun, Now + TimeSpan.FromMinutes(1))!;
        clear.IsOver.ShouldBeFalse();
        AlertMachine.Clear(clear, Now + TimeSpan.FromMinutes(2)).ShouldBeNull();

        var back = AlertMachine.See(clear, Down, Now + TimeSpan.FromMinutes(2.5))!;
        (back.ClearSince, back.Posts.Count, back.Episode).ShouldBe((null, 1, 1));

        var over = AlertMachine.Clear(clear, Now + TimeSpan.FromMinutes(3))!;
        (over.IsOver, over.Posts.Count).ShouldBe((true, 2));
        AlertMachine.Clear(over, Now + TimeSpan.FromMinutes(9)).ShouldBeNull();
        var again = AlertMachine.See(over, Down, Now + TimeSpan.FromMinutes(10))!;
        (again.Episode, again.IsOver, again.Since).ShouldBe((2, false, Now + TimeSpan.FromMinutes(10)));
        again.Posts.Select(post => post.Id).ShouldBeUnique(StringComparer.Ordinal);
    }

    [Fact]
    public void That_a_token_does_not_end_any_more_is_not_told()
    {
        var ending = AlertMachine.See(known: null, new Sighting(AlertKind.TokenExpiring, "ACME", "k", new AlertDetails { Token = "apiKey", ExpiresAt = Now }), Now)!;

        AlertMachine.End(ending, Now + TimeSpan.FromDays(1)).Posts.Count.ShouldBe(1);
    }

    [Fact]
    public void What_happens_is_told_at_once_then_together_and_hearing_of_one_twice_is_hearing_of_it_once()
    {
        var first = Happen(known: null, Now, "665f00000000000000000100")!;
        first.Posts.Count.ShouldBe(1);
        Happen(first, Now + TimeSpan.FromSeconds(1), "665f00000000000000000100").ShouldBeNull();

        var second = Happen(first, Now + TimeSpan.FromMinutes(1), "665f00000000000000000100", "665f00000000000000000201")!;
        (second.Posts.Count, second.Untold, second.DueAt).ShouldBe((1, 1, Now));
        var delivered = AlertMachine.Tried(second, second.Posts[0].Id, again: null)!;
        delivered.DueAt.ShouldBe(Now + TimeSpan.FromMinutes(15));
        AlertMachine.Due(delivered, Now + TimeSpan.FromMinutes(14)).ShouldBeNull();
        var told = AlertMachine.Due(delivered, Now + TimeSpan.FromMinutes(15))!;
        told.Details.Count.ShouldBe(1);
        told.Details.EventLogIds.ShouldBe(["665f00000000000000000000"]);
        AlertMachine.Due(told, Now + TimeSpan.FromHours(9)).ShouldBeNull();
        Happen(told, Now + TimeSpan.FromHours(9), "665f00000000000000000201").ShouldBeNull();
    }

    [Fact]
    public void What_two_looks_have_counted_from_the_same_place_counts_once()
    {
        Happening Counted(int count, string? from, string mark) => new(AlertKind.QuarantineGrew, Tenant: null, count, []) { From = from, Mark = mark };

        var begun = AlertMachine.Happen(known: null, Counted(0, from: null, "a"), Now)!;
        (begun.Mark, begun.Posts.Count).ShouldBe(("a", 0));
        var grown = AlertMachine.Happen(begun, Counted(2, "a", "b"), Now)!;
        (grown.Mark, grown.Posts.Count).ShouldBe(("b", 1));
        AlertMachine.Happen(grown, Counted(2, "a", "c"), Now).ShouldBeNull();
        AlertMachine.Happen(grown, Counted(1, "b", "c"), Now)!.Untold.ShouldBe(1);
    }

    [Fact]
    public void For_a_receiver_that_never_answers_only_the_last_ten_messages_of_a_matter_are_kept()
    {
        var alert = AlertMachine.See(known: null, Down, Now)!;
        for (var hour = 1; hour < 30; hour++)
        {
            alert = AlertMachine.See(alert, Down, Now + TimeSpan.FromHours(hour))!;
        }

        (alert.Posts.Count, alert.Told).ShouldBe((10, 30));
        alert.Posts.Select(post => post.Id).ShouldBeUnique(StringComparer.Ordinal);
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 30)]
    [InlineData(3, 120)]
    [InlineData(6, 3_600)]
    [InlineData(60, 3_600)]
    public void Attempts_come_ever_more_seldom(int attempts, int seconds)
    {
        AlertPatience.Next(attempts, Now, Now + TimeSpan.FromHours(71)).ShouldBe(Now + TimeSpan.FromHours(71) + TimeSpan.FromSeconds(seconds));
        AlertPatience.Next(attempts, Now, Now + TimeSpan.FromHours(72)).ShouldBeNull();
    }

    [Fact]
    public void An_attempt_that_failed_keeps_the_message_first_and_one_that_is_gone_changes_nothing()
    {
        var alert = AlertMachine.See(AlertMachine.See(known: null, Down, Now)!, Down, Now + TimeSpan.FromHours(1))!;
        var again = AlertMachine.Tried(alert, alert.Posts[0].Id, Now + TimeSpan.FromHours(2))!;

        (again.Posts[0].Attempts, again.DueAt, again.Posts[0].Body).ShouldBe((1, Now + TimeSpan.FromHours(2), alert.Posts[0].Body));
        AlertMachine.Tried(alert, "alert_other", again: null).ShouldBeNull();
        AlertMachine.Tried(alert, alert.Posts[0].Id, again: null)!.Posts.ShouldHaveSingleItem().Id.ShouldBe(alert.Posts[1].Id);
    }

    private static Alert? Happen(Alert? known, DateTimeOffset now, params string[] where) =>
        AlertMachine.Happen(known, new Happening(AlertKind.EffectUnknown, "ACME", where.Length, where), now);
}
