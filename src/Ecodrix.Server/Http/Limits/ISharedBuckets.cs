namespace Ecodrix.Server.Http.Limits;

/// <summary>Token buckets that all instances fill and empty together.</summary>
internal interface ISharedBuckets
{
    /// <summary>Takes up to <paramref name="wanted"/> tokens of the bucket of this name, which is full when it is new.</summary>
    /// <returns>Null when it cannot be asked now.</returns>
    ValueTask<BucketState?> TakeAsync(string name, BucketSize size, int wanted, CancellationToken cancellationToken);
}
