using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Ecodrix.Bench.Emits;

/// <summary>A Socket.IO server in a process of its own that emits to its one room when it is told to.</summary>
internal sealed class Emitter : IAsyncDisposable
{
    private readonly Process process;

    private Emitter(Process process, Uri address) => (this.process, Address) = (process, address);

    public Uri Address { get; }

    /// <summary>Null when the reference server can be run.</summary>
    public static string? WhyNoNode =>
        !Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "node"))) ? "There is no node on the PATH."
        : Directory.Exists(Path.Combine(NodeFolder(), "node_modules")) ? null
        : $"'npm ci' was not run in {NodeFolder()}.";

    /// <summary>This library.</summary>
    public static Task<Emitter> StartOwnAsync(CancellationToken cancellationToken) =>
        StartAsync("dotnet", [typeof(Emitter).Assembly.Location, OwnEmitter.Switch], cancellationToken);

    /// <summary>The stock server of npm.</summary>
    public static Task<Emitter> StartNodeAsync(CancellationToken cancellationToken) =>
        StartAsync("node", [Path.Combine(NodeFolder(), "server.mjs")], cancellationToken);

    /// <returns>What the process has used for it; all of it, in the kernel too.</returns>
    public async Task<Processor> EmitAsync(int count, TimeSpan between, CancellationToken cancellationToken)
    {
        var before = Used();
        await process.StandardInput.WriteLineAsync(FormattableString.Invariant($"{count} {between.TotalMilliseconds:0}").AsMemory(), cancellationToken);
        await process.StandardInput.FlushAsync(cancellationToken);
        _ = await process.StandardOutput.ReadLineAsync(cancellationToken) ?? throw new IOException("The server that emits has ended.");
        // What still waits in its queues is on its account.
        await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, cancellationToken);
        var after = Used();
        return new Processor(after.All - before.All, after.Kernel - before.Kernel);
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
    }

    private static async Task<Emitter> StartAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        var started = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var address = await started.StandardOutput.ReadLineAsync(cancellationToken) ?? throw new IOException(program + " did not start.");
        return new Emitter(started, new Uri(address));
    }

    private Processor Used()
    {
        process.Refresh();
        return new Processor(process.TotalProcessorTime, process.PrivilegedProcessorTime);
    }

    private static string NodeFolder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "node");
}

/// <param name="All">Of all threads, the kernel's part included.</param>
internal sealed record Processor(TimeSpan All, TimeSpan Kernel);
