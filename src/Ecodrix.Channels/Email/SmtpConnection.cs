using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Ecodrix.Channels.Guarding;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Ecodrix.Channels.Email;

/// <summary>One open, logged-in connection to a mail server. Used by one message at a time.</summary>
internal sealed class SmtpConnection : IDisposable
{
    private readonly SmtpClient _client;

    private SmtpConnection(SmtpClient client, DateTimeOffset now)
    {
        _client = client;
        LastUsed = now;
    }

    public DateTimeOffset LastUsed { get; set; }

    public bool IsOpen => _client.IsConnected;

    public static async Task<SmtpConnection> OpenAsync(
        SmtpAccount account, GuardedConnector connector, EmailOptions options, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var stream = await connector.ConnectAsync(account.Host, account.Port, cancellationToken);
        var client = new SmtpClient
        {
            // The tokens bound every step; MailKit's own clock is only the last resort.
            Timeout = (int)options.Timeout.TotalMilliseconds,
            CheckCertificateRevocation = false,
            ServerCertificateValidationCallback = (_, certificate, _, errors) => IsTrusted(certificate, errors, options.TrustedRoots),
        };
        try
        {
            await client.ConnectAsync(stream, account.Host, account.Port, SocketOptions(account), cancellationToken);
            await LogInAsync(client, account, stream, cancellationToken);
            return new SmtpConnection(client, now);
        }
        catch
        {
            client.Dispose();
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks the server whether it is still there.</summary>
    public async Task<bool> IsAliveAsync(CancellationToken cancellationToken)
    {
        if (!_client.IsConnected)
        {
            return false;
        }

        try
        {
            await _client.NoOpAsync(cancellationToken);
            return true;
        }
        catch (Exception gone) when (gone is IOException or SmtpCommandException or SmtpProtocolException or ServiceNotConnectedException or SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    public Task<string> SendAsync(MimeMessage mail, ITransferProgress progress, CancellationToken cancellationToken) =>
        _client.SendAsync(mail, cancellationToken, progress);

    /// <summary>Says goodbye where that is possible at once.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _client.DisconnectAsync(quit: true, cancellationToken);
        }
        catch (Exception gone) when (gone is IOException or SmtpCommandException or SmtpProtocolException or SocketException or OperationCanceledException)
        {
            // It was to be closed, and it is.
        }

        Dispose();
    }

    public void Dispose() => _client.Dispose();

    private static SecureSocketOptions SocketOptions(SmtpAccount account) => account.Security switch
    {
        SmtpSecurity.None => SecureSocketOptions.None,
        SmtpSecurity.StartTls => SecureSocketOptions.StartTls,
        SmtpSecurity.Tls => SecureSocketOptions.SslOnConnect,
        _ => account.Port is 465 ? SecureSocketOptions.SslOnConnect : SecureSocketOptions.StartTlsWhenAvailable,
    };

    private static async Task LogInAsync(SmtpClient client, SmtpAccount account, Stream stream, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(account.User))
        {
            return;
        }

        if (!client.IsSecure && account.Security is not SmtpSecurity.None && !IsThisMachine(stream))
        {
            throw new InsecureLoginException("The server offers no TLS, and the password is not sent in the clear unless the security is none.");
        }

        if (!client.Capabilities.HasFlag(SmtpCapabilities.Authentication))
        {
            throw new AuthenticationException("The server offers no login.");
        }

        await client.AuthenticateAsync(new NetworkCredential(account.User, account.Password), cancellationToken);
    }

    private static bool IsThisMachine(Stream stream) =>
        stream is NetworkStream { Socket.RemoteEndPoint: IPEndPoint { Address: var address } } && IPAddress.IsLoopback(address);

    /// <summary>The system's judgement, or a chain to one of the roots that the configuration adds; the name must be right in both.</summary>
    private static bool IsTrusted(X509Certificate? certificate, SslPolicyErrors errors, X509Certificate2Collection roots)
    {
        if (errors is SslPolicyErrors.None)
        {
            return true;
        }

        if (errors is not SslPolicyErrors.RemoteCertificateChainErrors || roots.Count is 0 || certificate is not X509Certificate2 presented)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(presented);
    }
}

/// <summary>The login would have sent the password in the clear.</summary>
internal sealed class InsecureLoginException(string message) : Exception(message);
