using Ecodrix.Server.Features.Leads;
using Ecodrix.Storage;

namespace Ecodrix.Server.Tests.Leads;

public sealed class WhichLeadTests(LeadServer server) : IClassFixture<LeadServer>
{
    private const string Address = "asha@example.com";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private LeadDoor Door => server.Get<LeadDoor>();

    [Fact]
    public async Task A_lead_without_a_phone_is_found_by_its_address_and_given_the_phone()
    {
        var database = await NewTenantAsync();
        var phone = LeadIntents.NewPhone();
        var first = await FindOrMakeAsync(database, null, Address);

        var second = await FindOrMakeAsync(database, phone, Address);

        second.Id.ShouldBe(first.Id);
        second.Phone.ShouldBe(phone);
    }

    [Fact]
    public async Task A_lead_with_another_phone_is_not_taken_for_its_address()
    {
        var database = await NewTenantAsync();
        var first = await FindOrMakeAsync(database, LeadIntents.NewPhone(), Address);

        var second = await FindOrMakeAsync(database, LeadIntents.NewPhone(), Address);

        second.Id.ShouldNotBe(first.Id, StringComparer.Ordinal);
        (await FindOrMakeAsync(database, null, Address)).Id.ShouldBe(first.Id);
    }

    [Fact]
    public async Task A_lead_found_by_phone_is_given_an_address_only_when_it_has_none()
    {
        var database = await NewTenantAsync();
        var phone = LeadIntents.NewPhone();
        await FindOrMakeAsync(database, phone, null);

        (await FindOrMakeAsync(database, phone, Address)).Email.ShouldBe(Address);
        (await FindOrMakeAsync(database, phone, "other@example.com")).Email.ShouldBe(Address);
    }

    [Fact]
    public async Task An_archived_lead_is_found_and_restored()
    {
        var database = await NewTenantAsync();
        var phone = LeadIntents.NewPhone();
        var lead = await FindOrMakeAsync(database, phone, null);
        await Door.ChangeAsync(database, lead.Id, one => one.Archive(), Cause.System, Cancelled);

        var found = await FindOrMakeAsync(database, phone, null);

        found.Id.ShouldBe(lead.Id);
        found.Status.ShouldBe(LeadStatus.Open);
    }

    [Fact]
    public async Task An_id_that_is_nobodys_makes_nobody()
    {
        var database = await NewTenantAsync();

        var found = await Door.FindOrMakeAsync(
            database, new LeadIdentity(DocumentId.New(TimeProvider.System.GetUtcNow()), LeadIntents.NewPhone(), null), NewLead.Empty, Cause.System, Cancelled);

        found.ShouldBeNull();
    }

    [Fact]
    public async Task A_dry_run_sees_the_lead_that_would_be_made_and_makes_none()
    {
        var database = await NewTenantAsync();
        var who = new LeadIdentity(null, LeadIntents.NewPhone(), Address);

        var would = await Door.WouldBeAsync(database, who, NewLead.Empty, Cancelled);

        would!.WasMade.ShouldBeTrue();
        (await Door.ViewAsync(database, would.Lead, Cancelled)).ToScope()["stage"]!.Text("name").ShouldBe("New");
        (await Door.FindAsync(database, who, Cancelled)).ShouldBeNull();
    }

    [Fact]
    public async Task However_the_same_person_is_named_at_once_there_is_one_lead()
    {
        for (var round = 0; round < 10; round++)
        {
            var database = await NewTenantAsync();
            var phone = LeadIntents.NewPhone();

            var found = await Task.WhenAll(Enumerable.Range(0, 20).Select(index => index % 2 == 0
                ? FindOrMakeAsync(database, phone, Address)
                : FindOrMakeAsync(database, null, Address)));

            found.Select(lead => lead.Id).Distinct(StringComparer.Ordinal).Count().ShouldBe(1);
            server.Fired.NamesOf(found[0].Id).Count(name => name is "lead_created").ShouldBe(1);
        }
    }

    [Fact]
    public async Task Different_phones_with_one_address_at_once_are_different_leads()
    {
        var database = await NewTenantAsync();
        var phones = Enumerable.Range(0, 5).Select(_ => LeadIntents.NewPhone()).ToList();

        var found = await Task.WhenAll(Enumerable.Range(0, 20).Select(index => FindOrMakeAsync(database, phones[index % 5], Address)));

        found.Select(lead => lead.Id).Distinct(StringComparer.Ordinal).Count().ShouldBe(5);
        found.Select(lead => lead.Phone).ToHashSet(StringComparer.Ordinal).SetEquals(phones).ShouldBeTrue();
        (await database.Documents<Lead>().CountAsync(null, 100, Cancelled)).ShouldBe(5);
    }

    private async Task<ITenantDatabase> NewTenantAsync() => await server.OpenAsync(await server.CreateTenantAsync());

    private async Task<Lead> FindOrMakeAsync(ITenantDatabase database, string? phone, string? email) =>
        (await Door.FindOrMakeAsync(database, new LeadIdentity(null, phone, email), NewLead.Empty, Cause.System, Cancelled))!.Lead;
}
