using Ecodrix.Channels.Email;
using Ecodrix.Loopback;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.Channels.Tests.Email;

/// <summary>Against a real mail server. Skipped, visibly, where Node or its package is missing.</summary>
public sealed class EmailSenderTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private LoopbackSmtp _smtp = null!;
    private Channels _channels = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private SmtpAccount Account => new(LoopbackSmtp.Host, _smtp.Port, LoopbackSmtp.User, LoopbackSmtp.Password, "Acme <hello@acme.example>", SmtpSecurity.StartTls);

    private EmailSender Sender => _channels.Get<EmailSender>();

    public async ValueTask InitializeAsync()
    {
        var why = LoopbackSmtp.WhyUnavailable();
        Assert.SkipWhen(why is not null, why ?? "");
        await UseAsync(LoopbackTls.StartTls);
    }

    public async ValueTask DisposeAsync()
    {
        if (_channels is not null)
        {
            await _channels.DisposeAsync();
            await _smtp.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_mail_arrives_over_TLS_with_both_parts_and_its_stable_id()
    {
        var message = Mail("asha@example.com") with
        {
            Html = "<p>Join <a href=\"https://meet.google.com/abc\">here</a> &lt;b&gt; 😀</p>",
            ReplyTo = "Desk <desk@acme.example>",
            Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["X-Campaign-ID"] = "c1" },
        };

        var sent = (await Sender.SendAsync(Account, message, Cancelled)).ShouldBeOfType<EmailAccepted>();

        var mail = (await _smtp.MailsAsync(1, Cancelled)).Single();
        mail.WasSecure.ShouldBeTrue();
        mail.User.ShouldBe(LoopbackSmtp.User);
        mail.From.ShouldBe("hello@acme.example");
        mail.To.ShouldBe(["asha@example.com"]);
        mail.Subject.ShouldBe("Grüße 😀");
        mail.Html.ShouldNotBeNull().ShouldContain("&lt;b&gt; 😀");
        mail.Text.ShouldNotBeNull().ShouldContain("Join here (https://meet.google.com/abc) <b> 😀");
        mail.ReplyTo.ShouldNotBeNull().ShouldContain("desk@acme.example");
        mail.Headers["x-campaign-id"].ShouldContain("c1");
        mail.MessageId.ShouldBe(sent.MessageId);
        sent.ServerAnswer.ShouldContain("queued as");
    }

    [Theory]
    [InlineData("450@example.com")]
    [InlineData("451@example.com")]
    public async Task A_4xx_may_go_again(string to)
    {
        var later = (await Sender.SendAsync(Account, Mail(to), Cancelled)).ShouldBeOfType<DeliveryResult.TryLater>();

        later.Code.ShouldBe(to[..3]);
        later.CountsAsAttempt.ShouldBeTrue();
    }

    [Theory]
    [InlineData("550@example.com")]
    [InlineData("552@example.com")]
    public async Task A_5xx_is_final_with_its_code_and_text(string to)
    {
        var refused = (await Sender.SendAsync(Account, Mail(to), Cancelled)).ShouldBeOfType<DeliveryResult.Refused>();

        refused.Code.ShouldBe(to[..3]);
        refused.Why.ShouldContain($"Scripted {to[..3]}");
        refused.Reach.ShouldBe(RefusalReach.Recipient);
    }

    [Fact]
    public async Task One_connection_carries_many_mails_and_survives_a_refusal()
    {
        string[] recipients = ["a@example.com", "550@example.com", "b@example.com", "450@example.com", "c@example.com"];
        foreach (var to in recipients)
        {
            await Sender.SendAsync(Account, Mail(to), Cancelled);
        }

        (await _smtp.MailsAsync(3, Cancelled)).Select(mail => mail.To[0]).ShouldBe(["a@example.com", "b@example.com", "c@example.com"]);
        _smtp.Connections.ShouldBe(1);
    }

    [Fact]
    public async Task Many_mails_at_once_share_a_bounded_number_of_connections()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(at => Sender.SendAsync(Account, Mail($"p{at}@example.com"), Cancelled)));

        results.ShouldAllBe(result => result is EmailAccepted);
        (await _smtp.MailsAsync(20, Cancelled)).Count.ShouldBe(20);
        _smtp.Connections.ShouldBeLessThanOrEqualTo(new EmailOptions().ConnectionsPerAccount);
    }

    [Fact]
    public async Task A_wrong_password_stops_the_account()
    {
        var refused = (await Sender.SendAsync(Account with { Password = "wrong" }, Mail("a@example.com"), Cancelled)).ShouldBeOfType<DeliveryResult.Refused>();

        refused.Code.ShouldBe("AUTHENTICATION_FAILED");
        refused.Reach.ShouldBe(RefusalReach.Account);
    }

    [Fact]
    public async Task A_login_refused_for_now_may_go_again() =>
        (await Sender.SendAsync(Account with { User = "busy" }, Mail("a@example.com"), Cancelled)).ShouldBeOfType<DeliveryResult.TryLater>().Code.ShouldBe("454");

    [Fact]
    public async Task A_server_that_wants_a_login_and_gets_none_stops_the_account() =>
        (await Sender.SendAsync(Account with { User = null }, Mail("a@example.com"), Cancelled)).ShouldBeOfType<DeliveryResult.Refused>().Code.ShouldBe("AUTHENTICATION_FAILED");

    [Fact]
    public async Task A_connection_lost_before_the_content_sent_nothing() =>
        (await Sender.SendAsync(Account, Mail("gone@example.com"), Cancelled)).ShouldBeOfType<DeliveryResult.TryLater>();

    [Fact]
    public async Task A_connection_lost_after_the_content_leaves_the_mail_unknown()
    {
        (await Sender.SendAsync(Account, Mail("lost@example.com"), Cancelled)).ShouldBeOfType<DeliveryResult.Unknown>();

        (await _smtp.MailsAsync(1, Cancelled)).Count.ShouldBe(1);
        (await Sender.SendAsync(Account, Mail("next@example.com"), Cancelled)).ShouldBeOfType<EmailAccepted>();
    }

    [Fact]
    public async Task A_connection_that_the_server_dropped_while_it_rested_is_replaced()
    {
        await Sender.SendAsync(Account, Mail("a@example.com"), Cancelled);
        await _smtp.MailsAsync(1, Cancelled);
        await _smtp.DropConnectionsAsync(Cancelled);
        _clock.Advance(TimeSpan.FromSeconds(10));

        (await Sender.SendAsync(Account, Mail("b@example.com"), Cancelled)).ShouldBeOfType<EmailAccepted>();
        await _smtp.MailsAsync(2, Cancelled);
        _smtp.Connections.ShouldBe(2);
    }

    [Fact]
    public async Task An_idle_connection_is_closed_with_a_goodbye()
    {
        await Sender.SendAsync(Account, Mail("a@example.com"), Cancelled);
        Sender.Pools.IdleConnections.ShouldBe(1);

        _clock.Advance(TimeSpan.FromSeconds(46));

        await _smtp.UntilAsync(() => _smtp.ClosedConnections is 1, Cancelled);
        Sender.Pools.IdleConnections.ShouldBe(0);
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_not_trusted()
    {
        await using var channels = Channels.Private();

        var result = await channels.Get<EmailSender>().SendAsync(Account, Mail("a@example.com"), Cancelled);

        result.ShouldBeOfType<DeliveryResult.TryLater>().Code.ShouldBe("TLS_FAILED");
        _smtp.Mails.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_certificate_for_another_name_is_not_trusted()
    {
        var result = await Sender.SendAsync(Account with { Host = "127.0.0.2" }, Mail("a@example.com"), Cancelled);

        result.ShouldBeOfType<DeliveryResult.TryLater>();
    }

    [Fact]
    public async Task TLS_from_the_start_is_spoken_where_the_account_says_so()
    {
        await UseAsync(LoopbackTls.Implicit);

        (await Sender.SendAsync(Account with { Security = SmtpSecurity.Tls }, Mail("a@example.com"), Cancelled)).ShouldBeOfType<EmailAccepted>();
        (await _smtp.MailsAsync(1, Cancelled)).Single().WasSecure.ShouldBeTrue();
    }

    [Theory]
    [InlineData(SmtpSecurity.None)]
    [InlineData(SmtpSecurity.Auto)]
    public async Task Without_TLS_the_password_goes_only_to_this_machine_or_where_someone_chose_so(SmtpSecurity security)
    {
        await UseAsync(LoopbackTls.None);

        (await Sender.SendAsync(Account with { Security = security }, Mail("a@example.com"), Cancelled)).ShouldBeOfType<EmailAccepted>();
        (await _smtp.MailsAsync(1, Cancelled)).Single().WasSecure.ShouldBeFalse();
    }

    [Fact]
    public async Task A_server_without_STARTTLS_gets_nothing_where_the_account_demands_it()
    {
        await UseAsync(LoopbackTls.None);

        (await Sender.SendAsync(Account, Mail("a@example.com"), Cancelled)).ShouldBeOfType<DeliveryResult.TryLater>().Code.ShouldBe("TLS_FAILED");
    }

    [Fact]
    public async Task A_private_server_is_refused_where_only_public_ones_are_allowed()
    {
        await using var channels = Channels.Public();

        var result = await channels.Get<EmailSender>().SendAsync(Account, Mail("a@example.com"), Cancelled);

        result.ShouldBeOfType<DeliveryResult.Refused>().Code.ShouldBe("ADDRESS_REFUSED");
        _smtp.Connections.ShouldBe(0);
    }

    [Fact]
    public async Task A_server_that_is_not_there_may_come_back() =>
        (await Sender.SendAsync(Account with { Port = 1 }, Mail("a@example.com"), Cancelled)).ShouldBeOfType<DeliveryResult.TryLater>().Why.ShouldContain("ConnectionRefused");

    [Fact]
    public async Task A_probe_logs_in_and_sends_nothing()
    {
        (await Sender.ProbeAsync(Account, Cancelled)).ShouldBeNull();
        (await Sender.ProbeAsync(Account with { Password = "wrong" }, Cancelled)).ShouldBeOfType<DeliveryResult.Refused>();
        _smtp.Mails.ShouldBeEmpty();
    }

    private static EmailMessage Mail(string to) => new(to, "Grüße 😀", "run1:0") { Html = "<p>Hi</p>" };

    private async Task UseAsync(LoopbackTls tls)
    {
        await DisposeAsync();
        _smtp = await LoopbackSmtp.StartAsync(tls, Cancelled);
        _channels = Channels.Private(services =>
        {
            services.AddSingleton<TimeProvider>(_clock);
            services.Configure<EmailOptions>(options => options.TrustedRoots.Add(_smtp.Certificate));
        });
    }
}
