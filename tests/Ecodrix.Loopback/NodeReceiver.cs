using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;

namespace Ecodrix.Loopback;

/// <summary>The kinds of receiver that Node programs run.</summary>
public enum NodeReceiverKind
{
    Express,
    Fastify,
    Plain,
}

/// <summary>A receiver of callbacks under Node with default settings, which verifies both signatures over <c>JSON.stringify(req.body)</c>.</summary>
public sealed class NodeReceiver : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Channel<NodeVerdict> _verdicts = Channel.CreateUnbounded<NodeVerdict>();
    private readonly Task _reading;
    private readonly TaskCompletionSource<int> _port = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private NodeReceiver(Process process)
    {
        _process = process;
        _reading = ReadAsync();
    }

    public Uri Url { get; private set; } = null!;

    /// <returns>Null when it can run here; else why not, for a visible skip.</returns>
    public static string? WhyUnavailable() => NodeProgram.WhyUnavailable(NodeProgram.Folder("node"), "standardwebhooks");

    /// <param name="signatureHeader">The lower-case name of the plain signature's header.</param>
    public static async Task<NodeReceiver> StartAsync(NodeReceiverKind kind, string secret, string signatureHeader, CancellationToken cancellationToken)
    {
        var process = NodeProgram.Start(NodeProgram.Folder("node"), "receiver.mjs", kind.ToString().ToLowerInvariant(), secret, signatureHeader);
        var receiver = new NodeReceiver(process);
        var port = await receiver._port.Task.WaitAsync(TimeSpan.FromSeconds(30), cancellationToken);
        receiver.Url = new Uri($"http://127.0.0.1:{port}/callback");
        return receiver;
    }

    /// <summary>What it said of the next callback, waiting for it.</summary>
    public ValueTask<NodeVerdict> VerdictAsync(CancellationToken cancellationToken) => _verdicts.Reader.ReadAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (_port.Task.IsCompleted)
            {
                using var json = JsonDocument.Parse(line);
                var root = json.RootElement;
                _verdicts.Writer.TryWrite(new NodeVerdict(root.GetProperty("plain").GetBoolean(), root.GetProperty("standard").GetBoolean(), root.GetProperty("body").Clone()));
            }
            else
            {
                _port.SetResult(int.Parse(line, CultureInfo.InvariantCulture));
            }
        }

        _port.TrySetException(new InvalidOperationException("The receiver ended before it listened."));
    }
}

/// <param name="Plain">Whether the signature over the body alone verified.</param>
/// <param name="Standard">Whether the Standard Webhooks signature verified, its timestamp included.</param>
public sealed record NodeVerdict(bool Plain, bool Standard, JsonElement Body);
