using System.Text;
using Ecodrix.Loopback;

namespace Ecodrix.Bench.Outside;

/// <summary>A mail server that takes everything and notes when. A mail is on the wire from its last line until it is answered.</summary>
internal sealed class MailServer : IAsyncDisposable
{
    private readonly LoopbackTcp tcp;

    public MailServer() => tcp = LoopbackTcp.Start(TalkAsync);

    public int Port => tcp.Port;

    public WireLog Wire { get; } = new();

    /// <summary>How long a mail waits for its answer.</summary>
    public Func<TimeSpan> AnswersAfter { get; set; } = () => TimeSpan.Zero;

    public ValueTask DisposeAsync() => tcp.DisposeAsync();

    private async Task TalkAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(stream, Encoding.Latin1, leaveOpen: true);
        await SayAsync("220 bench");
        while (await reader.ReadLineAsync(cancellationToken) is { Length: >= 4 } line)
        {
            switch (line[..4].ToUpperInvariant())
            {
                case "DATA":
                    await SayAsync("354 go on");
                    await TakeAsync(reader, SayAsync, cancellationToken);
                    break;
                case "QUIT":
                    await SayAsync("221 bye");
                    return;
                default:
                    await SayAsync("250 bench");
                    break;
            }
        }

        async Task SayAsync(string text) => await stream.WriteAsync(Encoding.ASCII.GetBytes(text + "\r\n"), cancellationToken);
    }

    private async Task TakeAsync(StreamReader reader, Func<string, Task> sayAsync, CancellationToken cancellationToken)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var isHead = true;
        while (await reader.ReadLineAsync(cancellationToken) is { } line && line is not ".")
        {
            isHead &= line.Length > 0;
            if (isHead && line.Split(": ", 2) is [var name, var value])
            {
                headers[name] = value;
            }
        }

        if (isHead)
        {
            throw new IOException("The connection broke before the mail was whole.");
        }

        var exchange = Wire.Arrive(headers["Message-Id"], headers["Subject"]);
        try
        {
            await Task.Delay(AnswersAfter(), TimeProvider.System, cancellationToken);
            await sayAsync("250 taken");
        }
        finally
        {
            exchange.End();
        }
    }
}
