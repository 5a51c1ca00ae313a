using Ecodrix.Channels;
using Ecodrix.Server.Delivery;
using Ecodrix.Storage;

namespace Ecodrix.Server.Tests.Alerts;

/// <summary>Which answers of a channel are news of the account, and which are not.</summary>
public sealed class RefusedAccountTests : IAccountNews
{
    private static readonly TenantId Acme = TenantId.Parse("ACME");

    private readonly List<(string Tenant, string Service, string Code)> heard = [];

    [Theory]
    [InlineData(RefusalReach.Account, 1)]
    [InlineData(RefusalReach.Template, 0)]
    [InlineData(RefusalReach.Recipient, 0)]
    [InlineData(RefusalReach.Message, 0)]
    public void Only_what_reaches_the_account_is_told_and_the_answer_goes_on_as_it_was(RefusalReach reach, int times)
    {
        var refused = new DeliveryResult.Refused("535", "no") { Reach = reach };

        this.Heard(Acme, ChannelHealth.Email, refused).ShouldBeSameAs(refused);

        heard.ShouldBe(Enumerable.Repeat(("ACME", "email", "535"), times));
    }

    [Fact]
    public void What_was_sent_or_is_tried_again_or_is_unknown_is_no_news_of_the_account()
    {
        foreach (var result in new DeliveryResult[] { new DeliveryResult.Sent("1"), new DeliveryResult.TryLater("x"), new DeliveryResult.Unknown("x"), new DeliveryResult.Skipped("x") })
        {
            this.Heard(Acme, ChannelHealth.Meet, result);
        }

        heard.ShouldBeEmpty();
    }

    void IAccountNews.Refused(TenantId tenant, string service, string code) => heard.Add((tenant.Value, service, code));
}
