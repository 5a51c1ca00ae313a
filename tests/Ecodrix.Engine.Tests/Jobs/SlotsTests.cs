using Ecodrix.Engine.Jobs;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.Engine.Tests.Jobs;

public sealed class SlotsTests
{
    private static readonly TenantShare Share = new(null, 1);

    private readonly FakeTimeProvider clock = new();
    private readonly Slots slots;

    public SlotsTests()
    {
        slots = new Slots(clock, Options.Create(new EngineOptions { Slots = 160, SlotsPerTenant = 100, ReservedSlots = 8, Busy = 20, BusyOfOne = 30 }));
        slots.Open();
    }

    [Fact]
    public void Nothing_is_begun_before_it_is_opened_nor_after_it_is_closed()
    {
        slots.Close();

        Take("acme", 1).ShouldBe(0);
    }

    [Fact]
    public void One_that_is_alone_may_have_more_busy_than_several_together()
    {
        Take("acme", 50).ShouldBe(30);
    }

    [Fact]
    public void One_that_others_join_begins_nothing_while_more_is_busy_than_several_may_have()
    {
        Take("acme", 50).ShouldBe(30);
        Take("quiet", 1).ShouldBe(1);

        for (var number = 0; number < 11; number++)
        {
            slots.Release("acme", Lane.Interactive);
            Take("acme", 1).ShouldBe(0);
        }

        slots.Release("acme", Lane.Interactive);
        Take("acme", 5).ShouldBe(1);
    }

    [Fact]
    public void One_that_others_have_left_is_alone_a_second_later()
    {
        Take("acme", 20).ShouldBe(20);
        Take("quiet", 1).ShouldBe(1);
        slots.Release("quiet", Lane.Interactive);

        clock.Advance(TimeSpan.FromSeconds(0.9));
        Take("acme", 1).ShouldBe(0);

        clock.Advance(TimeSpan.FromSeconds(0.1));
        Take("acme", 50).ShouldBe(10);
    }

    [Fact]
    public void One_that_comes_now_and_then_finds_no_more_busy_than_several_may_have()
    {
        for (var visit = 0; visit < 10; visit++)
        {
            Take("quiet", 1).ShouldBe(1);
            slots.Release("quiet", Lane.Interactive);
            Take("acme", 50).ShouldBe(visit == 0 ? 20 : 0);
            clock.Advance(TimeSpan.FromSeconds(0.5));
        }
    }

    [Fact]
    public void What_waits_for_someone_outside_keeps_nobody_from_being_begun()
    {
        Take("acme", 50).ShouldBe(30);

        for (var number = 0; number < 30; number++)
        {
            slots.BeginWaiting("acme", Lane.Interactive);
        }

        Take("acme", 50).ShouldBe(30);
    }

    [Fact]
    public void What_goes_on_after_waiting_is_busy_again()
    {
        Take("acme", 30).ShouldBe(30);
        slots.BeginWaiting("acme", Lane.Interactive);
        slots.EndWaiting("acme", Lane.Interactive);

        Take("acme", 1).ShouldBe(0);
    }

    [Fact]
    public void A_tenant_with_little_under_way_is_begun_however_busy_the_others_are()
    {
        Take("one", 50).ShouldBe(30);
        Take("two", 50).ShouldBeLessThan(15);
        Take("one", 1).ShouldBe(0);

        Take("quiet", 4).ShouldBe(4);
    }

    [Fact]
    public void A_tenant_with_few_under_way_is_begun_though_many_others_have_as_few()
    {
        for (var number = 0; number < 30; number++)
        {
            Take($"other{number}", 1).ShouldBe(1);
        }

        Take("quiet", 4).ShouldBe(4);
    }

    [Fact]
    public void The_last_slots_are_for_tenants_with_nothing_or_little()
    {
        Fill("one", 100);
        Fill("two", 100);

        // An eighth of 160 is kept from those with much, a sixteenth from those with little.
        var left = slots.Free(Lane.Interactive);
        left.ShouldBeInRange(11, 20);
        Take("one", 1).ShouldBe(0);
        Take("quiet", 30).ShouldBe(left - 10);
        Take("newcomer", 1).ShouldBe(1);
    }

    [Fact]
    public void A_slot_that_is_given_back_is_free_again()
    {
        Take("acme", 30).ShouldBe(30);

        slots.Release("acme", Lane.Interactive);

        Take("acme", 5).ShouldBe(1);
    }

    private int Take(string tenant, int wanted) =>
        Enumerable.Range(0, wanted).Count(_ => slots.TryTake(tenant, Lane.Interactive, Share));

    /// <summary>All of it only waits.</summary>
    private void Fill(string tenant, int wanted)
    {
        for (var number = 0; number < wanted && Take(tenant, 1) == 1; number++)
        {
            slots.BeginWaiting(tenant, Lane.Interactive);
        }
    }
}
