using Ecodrix.Loopback;
using Ecodrix.Server.Features.Alerts.Knowing;
using Ecodrix.Server.Features.Alerts.Telling;
using Ecodrix.Server.Tests.Events;
using Ecodrix.Server.Tests.Inbound;
using Ecodrix.Server.Tests.Incidents;
using Ecodrix.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.Server.Tests.Crashes;

/// <summary>An effect becomes unknown, and the server dies at each write between that and the alert's delivery.</summary>
public sealed class KilledAlertTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_operator_hears_of_it_under_one_id_at_whatever_write_the_server_dies()
    {
        (await Doom.AtEachWriteAsync(DiesAsync)).ShouldBeGreaterThanOrEqualTo(8);
    }

    private static async Task<bool> DiesAsync(int write)
    {
        var doom = new Doom();
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 15, 9, 30, 0, TimeSpan.Zero));
        await using var receiver = await CallbackReceiver.StartAsync();
        await using var scene = await InboundScene.StartAsync(server => doom.Connect(server.WithClock(clock).With("ECODRIX_ALERT_URL", receiver.Url.AbsoluteUri)));
        var tenant = await scene.CreateSenderAsync();
        scene.Meta.TakeAndHangUp();

        doom.At(write);
        using var fired = await tenant.FireAsync(EventIntents.Event("go"));
        await PassAsync(clock, doom, KilledIngestionTests.WorkOffAsync(scene.Server, doom));
        if (!doom.IsDead)
        {
            await DeliverAsync(scene.Server, doom);
        }

        if (!doom.IsDead)
        {
            Assert(receiver, $"no death at write {write}");
            return false;
        }

        if (fired.IsSuccessStatusCode && scene.Meta.Messages.Count > 0)
        {
            await using var second = await doom.RestartAsync(server => server
                .WithClock(clock)
                .With("ECODRIX_ALERT_URL", receiver.Url.AbsoluteUri)
                .With("ECODRIX_META_BASE_URL", scene.Meta.BaseUrl.AbsoluteUri));
            await second.DrainAsync();

            // What the dead one had taken is free again.
            clock.Advance(TimeSpan.FromSeconds(61));
            await UntilDeliveredAsync(second);
            Assert(receiver, $"death at write {write}");
        }

        return true;
    }

    // What the dead one has sent it goes on trying to write down, until the step's time is over.
    private static async Task PassAsync(FakeTimeProvider clock, Doom doom, Task work)
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        while (!work.IsCompleted)
        {
            if (doom.IsDead)
            {
                clock.Advance(TimeSpan.FromSeconds(1));
            }

            await ticks.WaitForNextTickAsync(Cancelled);
        }

        await work;
    }

    private static async Task DeliverAsync(ServerFixture server, Doom doom)
    {
        try
        {
            await UntilDeliveredAsync(server);
        }
        catch (DatabaseUnavailableException)
        {
            doom.IsDead.ShouldBeTrue();
        }
    }

    // The server's own courier may have taken it first.
    private static async Task UntilDeliveredAsync(ServerFixture server)
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        for (var turn = 0; (await server.Services.GetRequiredService<AlertBook>().WaitingAsync(Cancelled)).Count > 0; turn++)
        {
            turn.ShouldBeLessThan(1_000);
            await server.Services.GetRequiredService<AlertCourier>().DeliverAsync(Cancelled);
            await ticks.WaitForNextTickAsync(Cancelled);
        }
    }

    private static void Assert(CallbackReceiver receiver, string where)
    {
        // What a death delays may be told besides.
        var told = receiver.Received.Where(one => one.Text.Contains("\"effect_unknown\"", StringComparison.Ordinal)).ToList();
        told.Select(one => one.Headers["webhook-id"]).Distinct(StringComparer.Ordinal).Count().ShouldBe(1, where);
        told.Select(one => one.Text).Distinct(StringComparer.Ordinal).Count().ShouldBe(1, where);
    }
}
