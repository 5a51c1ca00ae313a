using System.Diagnostics;
using System.Globalization;

namespace Ecodrix.Loopback;

/// <summary>A real Redis on this machine, which keeps nothing; may be stopped, started again at the same port, and kept from answering.</summary>
public sealed class LoopbackRedis : IAsyncDisposable
{
    private const string Program = "redis-server";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private Process? process;

    public int Port { get; } = FreePort.Next();

    public string Address => string.Create(CultureInfo.InvariantCulture, $"redis://127.0.0.1:{Port}");

    /// <summary>The same for StackExchange.Redis, with more patience than a busy machine needs.</summary>
    public string Configuration => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port},connectTimeout=60000,syncTimeout=60000,asyncTimeout=60000");

    /// <returns>Null when it can run here; else why not, for a visible skip.</returns>
    public static string? WhyUnavailable() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, Program)))
            ? null
            : "There is no redis-server on the PATH (Debian's package of that name).";

    public static async Task<LoopbackRedis> StartedAsync(CancellationToken cancellationToken)
    {
        var redis = new LoopbackRedis();
        await redis.StartAsync(cancellationToken);
        return redis;
    }

    /// <summary>Starts it, also again after it was stopped, and waits until it listens.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        var start = new ProcessStartInfo(Program) { UseShellExecute = false, RedirectStandardOutput = true };
        string[] arguments = ["--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", Path.GetTempPath()];
        Array.ForEach(arguments, start.ArgumentList.Add);
        process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.Contains("Ready to accept connections", StringComparison.Ordinal))
            {
                return;
            }
        }

        throw new InvalidOperationException("Redis ended before it listened.");
    }

    /// <summary>Keeps its connections and says nothing, until it is stopped.</summary>
    public async Task HangAsync(CancellationToken cancellationToken)
    {
        using var signal = Process.Start("kill", ["-STOP", process!.Id.ToString(CultureInfo.InvariantCulture)]);
        await signal.WaitForExitAsync(cancellationToken);
    }

    public async Task StopAsync()
    {
        if (Interlocked.Exchange(ref process, null) is { } running)
        {
            running.Kill();
            await running.WaitForExitAsync();
            running.Dispose();
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync();
}
