namespace Ecodrix.Channels.Email;

/// <summary>How the connection to a mail server is secured.</summary>
public enum SmtpSecurity
{
    /// <summary>TLS from the start on port 465, elsewhere STARTTLS when the server offers it. A password is never sent in the clear, save to this machine.</summary>
    Auto,

    /// <summary>No TLS, and the password in the clear: someone chose so.</summary>
    None,

    /// <summary>STARTTLS, or no mail.</summary>
    StartTls,

    /// <summary>TLS from the start.</summary>
    Tls,
}

/// <summary>One mail account.</summary>
/// <param name="From">An address, or a name and an address: <c>Acme &lt;hello@acme.example&gt;</c>.</param>
public sealed record SmtpAccount(string Host, int Port, string? User, string? Password, string From, SmtpSecurity Security = SmtpSecurity.Auto)
{
    /// <summary>Names no secret and no address.</summary>
    public override string ToString() => $"SMTP account on port {Port}";
}
