using System.Collections.Frozen;
using System.Globalization;
using System.Net;

namespace Ecodrix.Channels.WhatsApp;

/// <summary>What one of the provider's error codes means for the message, and what a person can do about it.</summary>
/// <param name="Advice">Whether the same message may go again.</param>
/// <param name="Hint">A plain sentence; the provider's own words stand beside it.</param>
public sealed record WhatsAppErrorRule(int Code, RetryAdvice Advice, RefusalReach Reach, string? Hint);

/// <summary>Whether an effect that was answered with an error may be tried again.</summary>
public enum RetryAdvice
{
    /// <summary>Never.</summary>
    No,

    /// <summary>With back-off, as often as anything else.</summary>
    Yes,

    /// <summary>Once or twice: the provider says no more of it than that it failed.</summary>
    Seldom,

    /// <summary>When the rate limit allows; waiting for that is no attempt.</summary>
    WhenRateAllows,
}

/// <summary>
/// The table of Cloud API error codes. The code decides, never the HTTP status, the title or the subcode; the same codes arrive in
/// answers and in status webhooks.
/// </summary>
public static class WhatsAppErrors
{
    public const int RateOfNumber = 130429;
    public const int RateOfPair = 131056;

    private const string BadToken = "The access token is invalid or has expired: set a new one.";
    private const string NoPermission = "The token lacks a permission for this number: grant whatsapp_business_messaging to its system user.";
    private const string OurBug = "The provider refused the request's form.";
    private const string FixTemplate = "Check the template in WhatsApp Manager and sync templates again.";
    private const string Unreachable = "The account cannot send at present: see WhatsApp Manager.";

    private static readonly FrozenDictionary<int, WhatsAppErrorRule> Rules = Table().ToFrozenDictionary(rule => rule.Code);

    /// <summary>The rule for a code; null when the table does not know it.</summary>
    public static WhatsAppErrorRule? Find(int code) =>
        Rules.TryGetValue(code, out var rule) ? rule
        : code is >= 200 and <= 299 ? new WhatsAppErrorRule(code, RetryAdvice.No, RefusalReach.Account, NoPermission)
        : null;

    /// <summary>Decides what an error answer means for the message.</summary>
    /// <param name="notBefore">The earliest time that the answer's headers or the local rate limit allow.</param>
    public static DeliveryResult Decide(WhatsAppError error, HttpStatusCode status, DateTimeOffset? notBefore)
    {
        var rule = error.Code is { } known ? Find(known) : null;
        var code = (error.Code ?? (int)status).ToString(CultureInfo.InvariantCulture);
        var advice = rule?.Advice ?? (error.IsTransient ? RetryAdvice.Yes : ByStatus(status));

        return advice switch
        {
            RetryAdvice.No => new DeliveryResult.Refused(code, error.Words(status)) { Reach = rule?.Reach ?? ReachOf(status), Hint = rule?.Hint },
            RetryAdvice.WhenRateAllows => new DeliveryResult.TryLater(error.Words(status), notBefore) { Code = code, CountsAsAttempt = false },
            RetryAdvice.Seldom => new DeliveryResult.TryLater(error.Words(status), notBefore) { Code = code, AttemptsAtMost = 2 },
            _ => new DeliveryResult.TryLater(error.Words(status), notBefore) { Code = code },
        };
    }

    /// <summary>For answers without a code that the table knows: the provider marks 429 and its own failures as safe to repeat.</summary>
    private static RetryAdvice ByStatus(HttpStatusCode status) =>
        status is HttpStatusCode.TooManyRequests || (int)status >= 500 ? RetryAdvice.Yes : RetryAdvice.No;

    private static RefusalReach ReachOf(HttpStatusCode status) =>
        status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden ? RefusalReach.Account : RefusalReach.Message;

    private static IEnumerable<WhatsAppErrorRule> Table() =>
    [
        .. Repeatable(),
        .. Final(RefusalReach.Account, BadToken, 0, 190),
        .. Final(RefusalReach.Account, NoPermission, 3, 10, 131005),
        .. Final(RefusalReach.Account, "The number is paused for spam: improve what is sent and wait.", 131048),
        .. Final(RefusalReach.Account, "The account is limited for miscategorised templates until the enforcement ends.", 131064),
        .. Final(RefusalReach.Account, "Too many registrations of this number: wait 72 hours.", 133016),
        .. Final(RefusalReach.Account, "The display name is not approved.", 131037),
        .. Final(RefusalReach.Account, "The number is not registered with the Cloud API.", 131045, 133010),
        .. Final(RefusalReach.Account, "There is a problem with the account's payment method.", 131042),
        .. Final(RefusalReach.Account, Unreachable, 131031, 368, 33),
        .. Final(RefusalReach.Recipient, "The number is not on WhatsApp, uses an old version, or has not accepted the terms.", 131026),
        .. Final(RefusalReach.Recipient, "The person has had enough marketing for now: not before 24 hours have passed.", 131049),
        .. Final(RefusalReach.Recipient, "The number is part of an experiment that receives no marketing.", 130472),
        .. Final(RefusalReach.Recipient, "The person has stopped marketing messages: suppress them.", 131050),
        .. Final(RefusalReach.Recipient, "The person is blocked by the business: suppress them.", 130403),
        .. Final(RefusalReach.Recipient, "Sender and recipient are the same number.", 131021),
        .. Final(RefusalReach.Recipient, "The business may not message this country.", 130497),
        .. Final(RefusalReach.Recipient, "This kind of message needs a phone number, not a user id.", 131062),
        .. Final(RefusalReach.Message, "The 24-hour window is closed: send a template.", 131047),
        .. Final(RefusalReach.Message, OurBug, 100, 131008, 131009, 131051, 135000),
        .. Final(RefusalReach.Message, "The media could not be read: check its type and size.", 131052, 131053),
        .. Final(RefusalReach.Message, "The marketing API's rules forbid it.", 131055, 131063, 134100, 134101, 134102),
        .. Final(RefusalReach.Message, "The variables do not fit the template's parameters.", 132000, 132005, 132012, 132018),
        .. Final(RefusalReach.Template, FixTemplate, 132001, 132007, 132016, 132068, 132069),
        .. Final(RefusalReach.Template, "The template is paused for low quality.", 132015),
        .. Final(RefusalReach.Template, FixTemplate, 2388019, 2388024, 2388039, 2388040, 2388047, 2388072, 2388073, 2388293, 2388299),
    ];

    private static IEnumerable<WhatsAppErrorRule> Repeatable() =>
    [
        new(1, RetryAdvice.Seldom, RefusalReach.Message, Hint: null),
        .. Repeat(RetryAdvice.Yes, 2, 131000, 131016, 131057, 133004),
        .. Repeat(RetryAdvice.WhenRateAllows, 4, 80007, RateOfNumber, RateOfPair),
    ];

    private static IEnumerable<WhatsAppErrorRule> Repeat(RetryAdvice advice, params int[] codes) =>
        codes.Select(code => new WhatsAppErrorRule(code, advice, RefusalReach.Message, Hint: null));

    private static IEnumerable<WhatsAppErrorRule> Final(RefusalReach reach, string hint, params int[] codes) =>
        codes.Select(code => new WhatsAppErrorRule(code, RetryAdvice.No, reach, hint));
}
