namespace Ecodrix.Bench.Serving;

/// <summary>A folder that several processes share, gone at the end.</summary>
internal sealed class TemporaryFolder : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("ecodrix-bench-shared-");

    public string Path => folder.FullName;

    public ValueTask DisposeAsync()
    {
        folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}
