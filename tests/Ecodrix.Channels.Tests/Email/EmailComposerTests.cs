using Ecodrix.Channels.Email;

namespace Ecodrix.Channels.Tests.Email;

public sealed class EmailComposerTests
{
    private static readonly SmtpAccount Account = new("mail.example", 587, "u", "p", "Acme <hello@acme.example>");

    private static readonly EmailMessage Message = new("asha@example.com", "Hello", "run1:0") { Html = "<p>Hi</p>" };

    [Fact]
    public void The_message_id_is_stable_and_does_not_show_the_key()
    {
        var (first, _) = EmailComposer.Compose(Account, Message);
        var (again, _) = EmailComposer.Compose(Account, Message with { Subject = "Other" });
        var (other, _) = EmailComposer.Compose(Account, Message with { EffectKey = "run1:1" });

        again!.MessageId.ShouldBe(first!.MessageId);
        other!.MessageId!.Equals(first.MessageId, StringComparison.Ordinal).ShouldBeFalse();
        first.MessageId.ShouldNotBeNull().ShouldMatch("^[0-9a-f]{32}@acme\\.example$");
    }

    [Theory]
    [InlineData("subject", "Hello\r\nBcc: evil@example.com")]
    [InlineData("subject", "Hello\nx")]
    [InlineData("to", "asha@example.com\r\nBcc: evil@example.com")]
    [InlineData("replyTo", "a@example.com\rx")]
    [InlineData("headers", "x\r\nBcc: evil@example.com")]
    public void A_line_break_in_a_header_is_refused(string field, string value)
    {
        var message = field switch
        {
            "subject" => Message with { Subject = value },
            "to" => Message with { To = value },
            "replyTo" => Message with { ReplyTo = value },
            _ => Message with { Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["X-Campaign-ID"] = value } },
        };

        var (mail, refused) = EmailComposer.Compose(Account, message);

        mail.ShouldBeNull();
        refused!.Parameter.ShouldBe(field);
    }

    [Theory]
    [InlineData("")]
    [InlineData("asha")]
    [InlineData("asha@")]
    [InlineData("@example.com")]
    [InlineData("a@example.com, b@example.com")]
    [InlineData("a b@example.com")]
    public void What_is_no_single_address_is_refused(string to)
    {
        var (_, refused) = EmailComposer.Compose(Account, Message with { To = to });

        refused!.Code.ShouldBe("INVALID_EMAIL");
        refused.Reach.ShouldBe(RefusalReach.Recipient);
    }

    [Fact]
    public void An_account_without_a_sender_is_not_configured()
    {
        var (_, refused) = EmailComposer.Compose(Account with { From = "nobody" }, Message);

        refused!.Code.ShouldBe("NOT_CONFIGURED");
        refused.Reach.ShouldBe(RefusalReach.Account);
    }

    [Fact]
    public void A_mail_without_any_content_is_refused() =>
        EmailComposer.Compose(Account, Message with { Html = null }).Refused!.Parameter.ShouldBe("html");
}
