using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ecodrix.Loopback;

/// <summary>How the mail server offers TLS.</summary>
public enum LoopbackTls
{
    StartTls,
    Implicit,
    None,
}

/// <summary>
/// A real mail server (the npm package smtp-server under Node) on this machine, with a certificate of its own for localhost. See
/// <c>smtp/server.mjs</c> for the recipients that script its answers.
/// </summary>
public sealed class LoopbackSmtp : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<JsonElement> _lines = new();
    private readonly SemaphoreSlim _changed = new(0);
    private readonly Task _reading;
    private readonly TaskCompletionSource<int> _port = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private LoopbackSmtp(Process process, X509Certificate2 certificate)
    {
        _process = process;
        Certificate = certificate;
        _reading = ReadAsync();
    }

    public const string User = "mailer";

    public const string Host = "localhost";

    public const string Password = "correct horse battery staple";

    public int Port { get; private set; }

    /// <summary>What a client must trust to talk TLS with it.</summary>
    public X509Certificate2 Certificate { get; }

    public IReadOnlyList<ReceivedMail> Mails => [.. Lines("message").Select(ReceivedMail.Read)];

    /// <summary>How many connections were ever made.</summary>
    public int Connections => Lines("connected").Count();

    public int ClosedConnections => Lines("closed").Count();

    /// <returns>Null when it can run here; else why not, for a visible skip.</returns>
    public static string? WhyUnavailable() => NodeProgram.WhyUnavailable(Folder, "smtp-server");

    public static async Task<LoopbackSmtp> StartAsync(LoopbackTls tls, CancellationToken cancellationToken)
    {
        var (certificate, key) = NewCertificate();
        var settings = new JsonObject
        {
            ["cert"] = certificate.ExportCertificatePem(),
            ["key"] = key,
            ["tls"] = tls.ToString().ToLowerInvariant(),
            ["user"] = User,
            ["password"] = Password,
        };
        var smtp = new LoopbackSmtp(NodeProgram.Start(Folder, "server.mjs", settings.ToJsonString()), certificate);
        smtp.Port = await smtp._port.Task.WaitAsync(TimeSpan.FromSeconds(30), cancellationToken);
        return smtp;
    }

    /// <summary>Drops every open connection, as a server that restarts does, and waits until they are gone.</summary>
    public async Task DropConnectionsAsync(CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync("drop");
        await _process.StandardInput.FlushAsync(cancellationToken);
        await UntilAsync(() => ClosedConnections == Connections, cancellationToken);
    }

    /// <summary>Waits until it has taken so many mails, and gives them all: its record comes a moment after its answer.</summary>
    public async Task<IReadOnlyList<ReceivedMail>> MailsAsync(int count, CancellationToken cancellationToken)
    {
        await UntilAsync(() => Lines("message").Count() >= count, cancellationToken);
        return Mails;
    }

    /// <summary>Waits until the server's record satisfies <paramref name="condition"/>.</summary>
    public async Task UntilAsync(Func<bool> condition, CancellationToken cancellationToken)
    {
        while (!condition())
        {
            await _changed.WaitAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
        _changed.Dispose();
        Certificate.Dispose();
    }

    private static string Folder => NodeProgram.Folder("smtp");

    private IEnumerable<JsonElement> Lines(string name) => _lines.Where(line => line.Text("event")?.Equals(name, StringComparison.Ordinal) is true);

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            using var json = JsonDocument.Parse(line);
            var said = json.RootElement.Clone();
            _lines.Enqueue(said);
            if (said.Text("event") is "listening")
            {
                _port.TrySetResult(said.GetProperty("port").GetInt32());
            }

            _changed.Release();
        }

        _port.TrySetException(new InvalidOperationException("The mail server ended before it listened."));
    }

    private static (X509Certificate2 Certificate, string Key) NewCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));

        var today = TimeProvider.System.GetUtcNow();
        return (request.CreateSelfSigned(today.AddDays(-1), today.AddDays(2)), key.ExportPkcs8PrivateKeyPem());
    }
}

/// <summary>A mail that the server took, parsed by another implementation than the one that wrote it.</summary>
public sealed record ReceivedMail(string From, IReadOnlyList<string> To, string? Subject, string? MessageId, string? Text, string? Html)
{
    public bool WasSecure { get; init; }

    public string? User { get; init; }

    public string? ReplyTo { get; init; }

    /// <summary>Each header by its lower-case name, as the whole line that came.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    internal static ReceivedMail Read(JsonElement line) => new(
        line.Text("from")!,
        [.. line.GetProperty("to").EnumerateArray().Select(to => to.GetString()!)],
        line.Text("subject"),
        line.Text("messageId"),
        line.Text("text"),
        line.Text("html"))
    {
        WasSecure = line.GetProperty("secure").GetBoolean(),
        User = line.Text("user"),
        ReplyTo = line.Text("replyTo"),
        Headers = line.GetProperty("headers").EnumerateObject().ToDictionary(header => header.Name, header => header.Value.GetString()!, StringComparer.Ordinal),
    };
}
