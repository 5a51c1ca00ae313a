using System.Text.Json.Nodes;
using Ecodrix.Channels;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Steps;
using Ecodrix.Server.Delivery;

namespace Ecodrix.Server.Tests.Delivery;

public sealed class DeliveryOutcomesTests
{
    private static readonly DateTimeOffset Later = new(2026, 3, 15, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_was_sent_is_done_and_names_its_effect()
    {
        Outcome(new DeliveryResult.Sent("x")).ShouldBeOfType<StepOutcome.Done>().Result!["messageId"]!.GetValue<string>().ShouldBe("m1");
        new DeliveryResult.Sent("x").ToJob(1).ShouldBeOfType<WorkOutcome.Done>();
    }

    [Fact]
    public void A_refusal_fails_with_the_providers_code_and_words_and_our_hint()
    {
        var failed = Outcome(new DeliveryResult.Refused("131026", "Undeliverable.") { Hint = "Not on WhatsApp." }).ShouldBeOfType<StepOutcome.Failed>();

        failed.Code.ShouldBe("131026");
        failed.Why.ShouldBe("Undeliverable. Not on WhatsApp.");
    }

    [Fact]
    public void What_was_not_sent_is_tried_again_and_keeps_the_time_it_was_given()
    {
        Outcome(new DeliveryResult.TryLater("busy", Later)).ShouldBe(new StepOutcome.TryLater("busy", Later));
        Outcome(new DeliveryResult.TryLater("limit") { CountsAsAttempt = false }, attempts: 99).ShouldBe(new StepOutcome.TryLater("limit", null, false));
    }

    [Fact]
    public void Where_the_provider_advises_to_give_up_early_it_is_given_up_early()
    {
        var seldom = new DeliveryResult.TryLater("unknown error") { Code = "1", AttemptsAtMost = 2 };

        Outcome(seldom, attempts: 1).ShouldBeOfType<StepOutcome.TryLater>();
        Outcome(seldom, attempts: 2).ShouldBeOfType<StepOutcome.Failed>().Code.ShouldBe("1");
        seldom.ToJob(2).ShouldBeOfType<WorkOutcome.Failed>();
    }

    [Fact]
    public void What_nobody_knows_stays_unknown()
    {
        var unknown = Outcome(new DeliveryResult.Unknown("lost")).ShouldBeOfType<StepOutcome.Unknown>();
        unknown.Why.ShouldBe("lost");
        unknown.Result!["messageId"]!.GetValue<string>().ShouldBe("m1");
        new DeliveryResult.Unknown("lost").ToJob(1).ShouldBeOfType<WorkOutcome.Unknown>();
    }

    [Theory]
    [InlineData("withdrawn", false, "consent withdrawn")]
    [InlineData("withdrawn", true, "consent withdrawn")]
    [InlineData("granted", true, null)]
    [InlineData("unknown", false, null)]
    [InlineData("unknown", true, "consent not given")]
    [InlineData(null, true, "consent not given")]
    public void Who_may_be_written_to_follows_from_the_consent(string? state, bool isRequired, string? reason)
    {
        Consent.WhyNot(new JsonObject { ["consent"] = new JsonObject { ["email"] = state } }, "email", isRequired).ShouldBe(reason);
    }

    [Theory]
    [InlineData("utility", true)]
    [InlineData("AUTHENTICATION", true)]
    [InlineData("marketing", false)]
    [InlineData(null, false)]
    public void Only_utility_and_authentication_are_asked_for(string? category, bool isAskedFor)
    {
        Consent.IsAskedFor(category).ShouldBe(isAskedFor);
    }

    [Theory]
    [InlineData("+919999131026", "131026")]
    [InlineData("+919999190190", null)]
    [InlineData("+919876543210", null)]
    public void A_magic_phone_forces_the_error_that_it_names(string phone, string? code)
    {
        (SandboxChannels.SendWhatsApp(phone, "e1") as DeliveryResult.Refused)?.Code.ShouldBe(code);
        (SandboxChannels.SendWhatsApp(phone, "e1") is DeliveryResult.Sent).ShouldBe(code is null);
    }

    [Fact]
    public void A_magic_phone_of_a_repeatable_error_is_tried_again()
    {
        SandboxChannels.SendWhatsApp("+919999131016", "e1").ShouldBeOfType<DeliveryResult.TryLater>().Code.ShouldBe("131016");
    }

    private static StepOutcome Outcome(DeliveryResult result, int attempts = 1) =>
        result.ToStep(attempts, new JsonObject { ["messageId"] = "m1" });
}
