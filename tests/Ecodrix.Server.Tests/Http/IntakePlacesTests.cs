using Ecodrix.Server.Http.Intake;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.Server.Tests.Http;

/// <summary>How many requests that bring work are under way at once.</summary>
public sealed class IntakePlacesTests
{
    private const string Acme = "ACME";

    private const string Other = "OTHER";

    private readonly FakeTimeProvider clock = new();

    private readonly IntakePlaces places;

    public IntakePlacesTests() => places = new IntakePlaces(clock);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_tenants_flood_leaves_half_of_the_places_to_others()
    {
        await FillAsync(Acme, IntakePlaces.Most / 2);

        var late = EnterAsync(Acme);
        late.IsCompleted.ShouldBeFalse();
        (await EnterAsync(Other)).ShouldBeTrue();

        clock.Advance(TimeSpan.FromSeconds(1));
        (await late).ShouldBeFalse();
    }

    [Fact]
    public async Task Who_waits_gets_the_place_that_is_given_back_in_the_order_of_coming()
    {
        await FillAsync(Acme, IntakePlaces.Most / 2);
        var first = EnterAsync(Acme);
        var second = EnterAsync(Acme);

        places.Leave(Acme, 100);

        (await first).ShouldBeTrue();
        second.IsCompleted.ShouldBeFalse();
        places.Leave(Acme, 100);
        (await second).ShouldBeTrue();
    }

    [Fact]
    public async Task Large_bodies_are_held_to_their_size_together()
    {
        const long Half = IntakePlaces.MostBytes / 2;
        (await EnterAsync(Acme, Half)).ShouldBeTrue();
        (await EnterAsync(Other, Half)).ShouldBeTrue();
        var third = EnterAsync("THIRD", 1);

        places.Leave(Other, Half);

        (await third).ShouldBeTrue();
    }

    [Fact]
    public async Task Who_goes_away_while_waiting_takes_no_place_along()
    {
        await FillAsync(Acme, IntakePlaces.Most / 2);
        using var gone = new CancellationTokenSource();
        var leaving = places.TryEnterAsync(Acme, 100, gone.Token).AsTask();
        await gone.CancelAsync();
        (await leaving).ShouldBeFalse();

        places.Leave(Acme, 100);

        (await EnterAsync(Acme)).ShouldBeTrue();
    }

    [Fact]
    public async Task When_too_many_wait_the_next_is_turned_away_at_once()
    {
        await FillAsync(Acme, IntakePlaces.Most / 2);
        var waiting = Enumerable.Range(0, 1_024).Select(_ => EnterAsync(Acme)).ToList();

        (await EnterAsync(Acme)).ShouldBeFalse();

        clock.Advance(TimeSpan.FromSeconds(1));
        (await Task.WhenAll(waiting)).ShouldAllBe(entered => !entered);
    }

    private async Task FillAsync(string tenant, int requests)
    {
        foreach (var _ in Enumerable.Range(0, requests))
        {
            (await EnterAsync(tenant)).ShouldBeTrue();
        }
    }

    private Task<bool> EnterAsync(string tenant, long bytes = 100) => places.TryEnterAsync(tenant, bytes, Cancelled).AsTask();
}
