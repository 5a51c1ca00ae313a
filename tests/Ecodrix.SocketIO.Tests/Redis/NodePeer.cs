using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ecodrix.SocketIO.Tests.Wire;

namespace Ecodrix.SocketIO.Tests.Redis;

/// <summary>The stock parts of npm in one Node process: a server with the classic Redis adapter, the emitter, and clients of any server.</summary>
internal sealed class NodePeer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly SemaphoreSlim _turn = new(1, 1);

    private NodePeer(Process process) => _process = process;

    /// <summary>Null when the parts are there.</summary>
    public static string? WhyUnavailable
    {
        get
        {
            if (!Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "node"))))
            {
                return "There is no node on the PATH.";
            }

            return Directory.Exists(Path.Combine(Folder(), "node_modules")) ? null : $"'npm ci' was not run in {Folder()}.";
        }
    }

    public static async Task<NodePeer> StartAsync(int redisPort, string key)
    {
        var start = new ProcessStartInfo("node")
        {
            UseShellExecute = false,
            WorkingDirectory = Folder(),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            ArgumentList = { "peer.mjs", $"{redisPort}", key },
        };
        var peer = new NodePeer(Process.Start(start)!);
        await peer.ReadAsync();
        return peer;
    }

    /// <summary>Has a command carried out; see <c>peer.mjs</c> for what there is.</summary>
    public async Task<JsonNode?> DoAsync(object command)
    {
        await _turn.WaitAsync();
        try
        {
            await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(command));
            await _process.StandardInput.FlushAsync();
            var said = await ReadAsync();
            said["failure"].ShouldBeNull();
            return said["result"];
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _turn.Dispose();
    }

    private async Task<JsonNode> ReadAsync()
    {
        using var patience = new CancellationTokenSource(Eventually.Patience);
        var line = await _process.StandardOutput.ReadLineAsync(patience.Token) ?? throw new InvalidOperationException("Node ended.");
        return JsonNode.Parse(line)!;
    }

    private static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "..", "redis-node");
}
