using System.Net;
using Ecodrix.Channels.WhatsApp;

namespace Ecodrix.Channels.Tests.WhatsApp;

public sealed class WhatsAppErrorsTests
{
    private static readonly DateTimeOffset Later = new(2026, 3, 15, 9, 30, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, RefusalReach.Account)]
    [InlineData(3, RefusalReach.Account)]
    [InlineData(10, RefusalReach.Account)]
    [InlineData(33, RefusalReach.Account)]
    [InlineData(100, RefusalReach.Message)]
    [InlineData(190, RefusalReach.Account)]
    [InlineData(200, RefusalReach.Account)]
    [InlineData(299, RefusalReach.Account)]
    [InlineData(368, RefusalReach.Account)]
    [InlineData(130403, RefusalReach.Recipient)]
    [InlineData(130472, RefusalReach.Recipient)]
    [InlineData(130497, RefusalReach.Recipient)]
    [InlineData(131005, RefusalReach.Account)]
    [InlineData(131008, RefusalReach.Message)]
    [InlineData(131009, RefusalReach.Message)]
    [InlineData(131021, RefusalReach.Recipient)]
    [InlineData(131026, RefusalReach.Recipient)]
    [InlineData(131031, RefusalReach.Account)]
    [InlineData(131037, RefusalReach.Account)]
    [InlineData(131042, RefusalReach.Account)]
    [InlineData(131045, RefusalReach.Account)]
    [InlineData(131047, RefusalReach.Message)]
    [InlineData(131048, RefusalReach.Account)]
    [InlineData(131049, RefusalReach.Recipient)]
    [InlineData(131050, RefusalReach.Recipient)]
    [InlineData(131051, RefusalReach.Message)]
    [InlineData(131052, RefusalReach.Message)]
    [InlineData(131053, RefusalReach.Message)]
    [InlineData(131055, RefusalReach.Message)]
    [InlineData(131062, RefusalReach.Recipient)]
    [InlineData(131063, RefusalReach.Message)]
    [InlineData(131064, RefusalReach.Account)]
    [InlineData(132000, RefusalReach.Message)]
    [InlineData(132001, RefusalReach.Template)]
    [InlineData(132005, RefusalReach.Message)]
    [InlineData(132007, RefusalReach.Template)]
    [InlineData(132012, RefusalReach.Message)]
    [InlineData(132015, RefusalReach.Template)]
    [InlineData(132016, RefusalReach.Template)]
    [InlineData(132018, RefusalReach.Message)]
    [InlineData(132068, RefusalReach.Template)]
    [InlineData(132069, RefusalReach.Template)]
    [InlineData(133010, RefusalReach.Account)]
    [InlineData(133016, RefusalReach.Account)]
    [InlineData(134100, RefusalReach.Message)]
    [InlineData(135000, RefusalReach.Message)]
    [InlineData(2388019, RefusalReach.Template)]
    public void A_final_code_is_refused_whatever_the_status(int code, RefusalReach reach)
    {
        // Even a 500 does not make a final code worth repeating.
        var decided = Decide(code, HttpStatusCode.InternalServerError).ShouldBeOfType<DeliveryResult.Refused>();

        decided.Code.ShouldBe(code.ToString(System.Globalization.CultureInfo.InvariantCulture));
        decided.Why.ShouldBe("Words: details");
        decided.Reach.ShouldBe(reach);
        decided.Hint.ShouldNotBeNullOrEmpty();
    }

    [Theory]
    [InlineData(2)]
    [InlineData(131000)]
    [InlineData(131016)]
    [InlineData(131057)]
    [InlineData(133004)]
    public void A_repeatable_code_may_go_again_whatever_the_status(int code) =>
        Decide(code, HttpStatusCode.BadRequest).ShouldBeOfType<DeliveryResult.TryLater>().CountsAsAttempt.ShouldBeTrue();

    [Theory]
    [InlineData(4)]
    [InlineData(80007)]
    [InlineData(130429)]
    [InlineData(131056)]
    public void Waiting_for_a_rate_limit_is_no_attempt(int code)
    {
        var decided = Decide(code, HttpStatusCode.BadRequest).ShouldBeOfType<DeliveryResult.TryLater>();

        decided.CountsAsAttempt.ShouldBeFalse();
        decided.NotBefore.ShouldBe(Later);
    }

    [Fact]
    public void The_code_that_says_nothing_is_tried_twice_at_most() =>
        Decide(1, HttpStatusCode.InternalServerError).ShouldBeOfType<DeliveryResult.TryLater>().AttemptsAtMost.ShouldBe(2);

    [Theory]
    [InlineData(429, true)]
    [InlineData(500, true)]
    [InlineData(503, true)]
    [InlineData(400, false)]
    [InlineData(401, false)]
    [InlineData(404, false)]
    public void Without_a_code_the_status_decides(int status, bool again)
    {
        var decided = WhatsAppErrors.Decide(WhatsAppError.Unreadable, (HttpStatusCode)status, notBefore: null);

        (decided is DeliveryResult.TryLater).ShouldBe(again);
    }

    [Fact]
    public void An_unknown_code_that_the_provider_calls_transient_may_go_again()
    {
        var error = new WhatsAppError(999_999, "Words", Details: null, IsTransient: true);

        WhatsAppErrors.Decide(error, HttpStatusCode.BadRequest, notBefore: null).ShouldBeOfType<DeliveryResult.TryLater>();
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("[]")]
    [InlineData("{\"error\":\"text\"}")]
    [InlineData("{\"error\":{\"code\":\"190\"}}")]
    public void An_unreadable_error_has_no_code(string body) =>
        WhatsAppError.Read(System.Text.Encoding.UTF8.GetBytes(body)).Code.ShouldBeNull();

    private static DeliveryResult Decide(int code, HttpStatusCode status) =>
        WhatsAppErrors.Decide(new WhatsAppError(code, "Words", "details", IsTransient: false), status, Later);
}
