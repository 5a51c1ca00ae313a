using Ecodrix.Server.Features.Leads;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.Server.Tests.Leads;

public sealed class OutboxMarkTests(LeadServer server) : IClassFixture<LeadServer>
{
    private readonly FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_mark_is_there_before_the_change_and_goes_when_all_is_quiet()
    {
        var tenant = TenantId.Parse((await server.CreateTenantAsync()).Code);
        var marks = new OutboxMarks(server.Get<IServicesDatabase>(), clock);

        using (await marks.EnterAsync(tenant))
        {
            clock.Advance(TimeSpan.FromHours(1));
            await marks.RenewAsync(Cancelled);
            (await CountAsync(tenant)).ShouldBe(1);
        }

        await marks.RenewAsync(Cancelled);
        (await CountAsync(tenant)).ShouldBe(1);
        clock.Advance(TimeSpan.FromMinutes(1));
        await marks.RenewAsync(Cancelled);
        (await CountAsync(tenant)).ShouldBe(0);

        using (await marks.EnterAsync(tenant))
        {
            (await CountAsync(tenant)).ShouldBe(1);
        }
    }

    [Fact]
    public async Task A_mark_stays_while_something_is_unsettled()
    {
        var tenant = TenantId.Parse((await server.CreateTenantAsync()).Code);
        var marks = new OutboxMarks(server.Get<IServicesDatabase>(), clock);
        using (var stay = await marks.EnterAsync(tenant))
        {
            stay.LeaveUnsettled();
        }

        clock.Advance(TimeSpan.FromHours(1));
        await marks.RenewAsync(Cancelled);
        (await CountAsync(tenant)).ShouldBe(1);

        marks.Settle(tenant);
        await marks.RenewAsync(Cancelled);
        (await CountAsync(tenant)).ShouldBe(0);
    }

    private Task<int> CountAsync(TenantId tenant) =>
        server.Get<IServicesDatabase>().Documents<OutboxMark>().CountAsync(Condition.Eq("tenant", tenant.Value), 10, Cancelled);
}
