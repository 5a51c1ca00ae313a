using Ecodrix.Channels;
using Ecodrix.Storage;

namespace Ecodrix.Server.Delivery;

/// <summary>Hears of accounts that a provider refuses, whatever was asked of it. Answers from memory and returns at once.</summary>
internal interface IAccountNews
{
    /// <param name="service">One of <see cref="ChannelHealth"/>.</param>
    /// <param name="code">The provider's.</param>
    void Refused(TenantId tenant, string service, string code);
}

/// <summary>The channels' names where one tells how they are.</summary>
internal static class ChannelHealth
{
    public const string WhatsApp = "whatsapp";
    public const string Email = "email";
    public const string Meet = "googleMeet";

    /// <summary>Passes a result on, and tells of it where it is the account's.</summary>
    public static DeliveryResult Heard(this IAccountNews news, TenantId tenant, string service, DeliveryResult result)
    {
        if (result is DeliveryResult.Refused { Reach: RefusalReach.Account } refused)
        {
            news.Refused(tenant, service, refused.Code);
        }

        return result;
    }
}
