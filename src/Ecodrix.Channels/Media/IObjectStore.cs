namespace Ecodrix.Channels.Media;

/// <summary>Files under keys, private: a folder, or a bucket of a service that speaks S3.</summary>
/// <remarks>
/// A key is one or several names parted by slashes, each of letters, digits, dots, underscores and hyphens and none beginning
/// with a dot, 512 characters at most; another is an <see cref="ArgumentException"/>. Every method throws
/// <see cref="ObjectStoreException"/> when the store cannot answer.
/// </remarks>
public interface IObjectStore
{
    /// <summary>Stores an object, in the place of one that is there. Durable when it returns; a crash leaves the old one or the new one, never a part.</summary>
    /// <param name="content">Read from its present position to its end; it must know its length. It is not closed.</param>
    /// <param name="contentType">As a later reader is told, such as <c>image/webp</c>.</param>
    Task PutAsync(string key, Stream content, string contentType, CancellationToken cancellationToken);

    /// <returns>The object's bytes, to be disposed by the caller; null when there is none.</returns>
    Task<Stream?> GetAsync(string key, CancellationToken cancellationToken);

    Task<bool> ExistsAsync(string key, CancellationToken cancellationToken);

    /// <summary>Deleting what is not there does nothing.</summary>
    Task DeleteAsync(string key, CancellationToken cancellationToken);

    /// <summary>All objects whose keys begin with something, in the ordinal order of their keys.</summary>
    /// <param name="prefix">Empty means all.</param>
    IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellationToken);
}

/// <param name="Size">In bytes.</param>
/// <param name="ChangedAt">When it was put, by the store's own clock.</param>
public sealed record StoredObject(string Key, long Size, DateTimeOffset ChangedAt);

/// <summary>The store does not answer, or refuses. What was asked for was not done, or nobody knows. The message names no credentials.</summary>
public sealed class ObjectStoreException : IOException
{
    public ObjectStoreException()
        : this("The object store does not answer.")
    {
    }

    public ObjectStoreException(string message)
        : base(message)
    {
    }

    public ObjectStoreException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
