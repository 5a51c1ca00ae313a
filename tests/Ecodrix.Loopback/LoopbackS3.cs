using System.Diagnostics;
using System.Globalization;

namespace Ecodrix.Loopback;

/// <summary>A server of another make that speaks S3 (the npm package s3rver under Node), with one bucket. It checks no signatures, so it proves nothing about access.</summary>
public sealed class LoopbackS3 : IAsyncDisposable
{
    private readonly Process process;

    private readonly DirectoryInfo folder;

    private LoopbackS3(Process process, DirectoryInfo folder) => (this.process, this.folder) = (process, folder);

    public const string Bucket = "ecodrix-tests";

    public const string AccessKeyId = "S3RVER";

    public const string SecretAccessKey = "S3RVER";

    public Uri Endpoint { get; private set; } = null!;

    /// <returns>Null when it can run here; else why not, for a visible skip.</returns>
    public static string? WhyUnavailable() => NodeProgram.WhyUnavailable(Folder, "s3rver");

    public static async Task<LoopbackS3> StartAsync(CancellationToken cancellationToken)
    {
        var place = Directory.CreateTempSubdirectory("loopback-s3-");
        var server = new LoopbackS3(NodeProgram.Start(Folder, "server.mjs", place.FullName, Bucket), place);
        var line = await server.process.StandardOutput.ReadLineAsync(cancellationToken) ?? throw new InvalidOperationException("The server ended before it listened.");
        server.Endpoint = new Uri($"http://127.0.0.1:{int.Parse(line, CultureInfo.InvariantCulture)}");
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
        folder.Delete(recursive: true);
    }

    private static string Folder => NodeProgram.Folder("s3");
}
