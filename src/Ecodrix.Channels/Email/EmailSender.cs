using System.Net.Sockets;
using Ecodrix.Channels.Guarding;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Ecodrix.Channels.Email;

/// <summary>Sends mail through each account's own server, over connections that stay open.</summary>
/// <remarks>A message is unknown only when its content had begun to go out: before that the server cannot have taken it.</remarks>
public sealed class EmailSender : IAsyncDisposable
{
    private readonly SmtpPools _pools;
    private readonly EmailOptions _options;
    private readonly TimeProvider _clock;

    public EmailSender(GuardedConnector connector, IOptions<EmailOptions> options, TimeProvider clock)
    {
        _pools = new SmtpPools(connector, options, clock);
        _options = options.Value;
        _clock = clock;
    }

    internal SmtpPools Pools => _pools;

    public ValueTask DisposeAsync() => _pools.DisposeAsync();

    /// <summary>Sends one mail; <see cref="EmailAccepted"/> when the server took it.</summary>
    public Task<DeliveryResult> SendAsync(SmtpAccount account, EmailMessage message, CancellationToken cancellationToken) =>
        SendAsync(account, message, Sending.AtOnce, cancellationToken);

    /// <inheritdoc cref="SendAsync(SmtpAccount, EmailMessage, CancellationToken)"/>
    public async Task<DeliveryResult> SendAsync(SmtpAccount account, EmailMessage message, BeforeSending before, CancellationToken cancellationToken)
    {
        using var call = ChannelsTelemetry.Called("smtp", _clock);
        return call.Came(await ComposeAndSendAsync(account, message, before, cancellationToken));
    }

    private async Task<DeliveryResult> ComposeAndSendAsync(SmtpAccount account, EmailMessage message, BeforeSending before, CancellationToken cancellationToken)
    {
        var (mail, refused) = EmailComposer.Compose(account, message);
        if (mail is null)
        {
            return refused!;
        }

        using (mail)
        {
            mail.Date = _clock.GetUtcNow();
            var pool = _pools.Enter(account);
            try
            {
                var result = await SendAsync(pool, mail, before, cancellationToken);
                return result.Without(mail.To.Mailboxes.First().Address, account.User, account.Password);
            }
            finally
            {
                pool.Leave();
            }
        }
    }

    /// <summary>Connects and logs in as a message would, and sends nothing. Null when all is well.</summary>
    public async Task<DeliveryResult?> ProbeAsync(SmtpAccount account, CancellationToken cancellationToken)
    {
        var pool = _pools.Enter(account);
        try
        {
            var (connection, problem) = await TakeAsync(pool, cancellationToken);
            if (connection is not null)
            {
                pool.Return(connection, isClean: true);
            }

            return problem?.Without(account.User, account.Password);
        }
        finally
        {
            pool.Leave();
        }
    }

    private async Task<DeliveryResult> SendAsync(SmtpPool pool, MimeMessage mail, BeforeSending before, CancellationToken cancellationToken)
    {
        var (connection, problem) = await TakeAsync(pool, cancellationToken);
        if (connection is null)
        {
            return problem!;
        }

        var isWanted = false;
        try
        {
            isWanted = await before();
        }
        finally
        {
            if (!isWanted)
            {
                pool.Return(connection, isClean: true);
            }
        }

        return isWanted ? await SendAsync(pool, connection, mail, cancellationToken) : Sending.CalledOff();
    }

    private async Task<DeliveryResult> SendAsync(SmtpPool pool, SmtpConnection connection, MimeMessage mail, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.Timeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var content = new ContentWatch();
        var isClean = false;
        try
        {
            var answer = await connection.SendAsync(mail, content, either.Token);
            isClean = true;
            return new EmailAccepted($"<{mail.MessageId}>", answer);
        }
        catch (SmtpCommandException answer)
        {
            // MailKit has reset the session after a refusal; 421 says that the server is hanging up.
            isClean = (int)answer.StatusCode is not 421;
            return SmtpAnswers.Decide(answer);
        }
        catch (ServiceNotAuthenticatedException refusal)
        {
            return SmtpAnswers.LoginRefused(530, refusal.Message);
        }
        catch (Exception lost) when (IsLost(lost))
        {
            return Lost(lost, content.HasBegun, isStopping: cancellationToken.IsCancellationRequested);
        }
        catch (NotSupportedException)
        {
            return new DeliveryResult.Refused("UNPROCESSABLE", "The mail server cannot take an address with letters beyond ASCII.") { Reach = RefusalReach.Recipient };
        }
        finally
        {
            pool.Return(connection, isClean);
        }
    }

    private async Task<(SmtpConnection? Connection, DeliveryResult? Problem)> TakeAsync(SmtpPool pool, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.Timeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return (await pool.TakeAsync(either.Token), null);
        }
        catch (PoolBusyException busy)
        {
            return (null, new DeliveryResult.TryLater(busy.Message) { CountsAsAttempt = false });
        }
        catch (AddressRefusedException refused)
        {
            return (null, new DeliveryResult.Refused("ADDRESS_REFUSED", refused.Message) { Reach = RefusalReach.Account });
        }
        catch (InsecureLoginException refused)
        {
            return (null, new DeliveryResult.Refused("INSECURE_LOGIN", refused.Message) { Reach = RefusalReach.Account });
        }
        catch (AuthenticationException refused)
        {
            return (null, SmtpAnswers.Decide(refused));
        }
        catch (SmtpCommandException answer)
        {
            return (null, SmtpAnswers.Decide(answer));
        }
        catch (NotSupportedException)
        {
            return (null, new DeliveryResult.TryLater("The mail server offers no STARTTLS, which the account demands.") { Code = "TLS_FAILED" });
        }
        catch (SslHandshakeException)
        {
            return (null, new DeliveryResult.TryLater("The mail server's TLS could not be trusted or agreed on.") { Code = "TLS_FAILED" });
        }
        catch (Exception lost) when (IsLost(lost))
        {
            var why = lost is SocketException socket ? $"The mail server could not be reached ({socket.SocketErrorCode})." : "The mail server did not answer.";
            return (null, new DeliveryResult.TryLater(why) { CountsAsAttempt = !cancellationToken.IsCancellationRequested });
        }
    }

    private static DeliveryResult Lost(Exception failure, bool contentHasBegun, bool isStopping)
    {
        var why = failure is OperationCanceledException ? "The mail server did not answer in time" : "The connection to the mail server was lost";
        return contentHasBegun
            ? new DeliveryResult.Unknown($"{why} after the message's content had begun to go out.")
            : new DeliveryResult.TryLater($"{why} before the message's content went out.") { CountsAsAttempt = !isStopping };
    }

    private static bool IsLost(Exception failure) =>
        failure is IOException or SocketException or SmtpProtocolException or ServiceNotConnectedException or OperationCanceledException or TimeoutException;

    /// <summary>Notices when the first byte of the message's content is handed to the connection, which is after the server said to go ahead.</summary>
    private sealed class ContentWatch : ITransferProgress
    {
        public bool HasBegun { get; private set; }

        public void Report(long bytesTransferred, long totalSize) => HasBegun = true;

        public void Report(long bytesTransferred) => HasBegun = true;
    }
}
