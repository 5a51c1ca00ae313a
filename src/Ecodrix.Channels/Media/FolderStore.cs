using System.Runtime.CompilerServices;

namespace Ecodrix.Channels.Media;

/// <summary>Objects as files of a folder, which is made with the first one.</summary>
/// <remarks>An object is written beside its place under a name that no key has and then moved there.</remarks>
internal sealed class FolderStore(string folder) : IObjectStore
{
    private const string Unfinished = ".new-";

    public async Task PutAsync(string key, Stream content, string contentType, CancellationToken cancellationToken)
    {
        var path = PathOf(key);
        await DoAsync(async () =>
        {
            var directory = Path.GetDirectoryName(path)!;
            Directory.CreateDirectory(directory);
            var unfinished = Path.Combine(directory, $"{Unfinished}{Guid.NewGuid():n}");
            try
            {
                await using (var file = new FileStream(unfinished, FileMode.CreateNew, FileAccess.Write))
                {
                    await content.CopyToAsync(file, cancellationToken);
                    file.Flush(flushToDisk: true);
                }

                File.Move(unfinished, path, overwrite: true);
            }
            catch
            {
                File.Delete(unfinished);
                throw;
            }

            return true;
        });
    }

    public Task<Stream?> GetAsync(string key, CancellationToken cancellationToken)
    {
        var path = PathOf(key);
        return DoAsync(() => Task.FromResult<Stream?>(
            File.Exists(path) ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 64 * 1024, useAsync: true) : null));
    }

    public Task<bool> ExistsAsync(string key, CancellationToken cancellationToken) => Task.FromResult(File.Exists(PathOf(key)));

    public Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        var path = PathOf(key);
        return DoAsync(() =>
        {
            if (File.Exists(path))
            {
                File.Delete(path);
            }

            return Task.FromResult(true);
        });
    }

    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ObjectKey.CheckedPrefix(prefix);
        foreach (var found in await DoAsync(() => Task.FromResult(Find(prefix))))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return found;
        }
    }

    private List<StoredObject> Find(string prefix)
    {
        // Of a prefix that ends within a name, the folder above it is looked through.
        var top = Path.Combine(folder, prefix.LastIndexOf('/') is var slash and >= 0 ? prefix[..slash] : string.Empty);
        return !Directory.Exists(top) ? [] : [.. new DirectoryInfo(top)
            .EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(file => !file.Name.StartsWith(Unfinished, StringComparison.Ordinal))
            .Select(file => new StoredObject(Path.GetRelativePath(folder, file.FullName).Replace(Path.DirectorySeparatorChar, '/'), file.Length, new DateTimeOffset(file.LastWriteTimeUtc)))
            .Where(found => found.Key.StartsWith(prefix, StringComparison.Ordinal))
            .OrderBy(found => found.Key, StringComparer.Ordinal)];
    }

    private string PathOf(string key) => Path.Combine(folder, ObjectKey.Checked(key));

    private async Task<TResult> DoAsync<TResult>(Func<Task<TResult>> use)
    {
        try
        {
            return await use();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ObjectStoreException($"The folder {folder} cannot be read or written.", failure);
        }
    }
}
