using System.Net;
using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Ecodrix.Channels.Media;

/// <summary>Objects in a private bucket of any service that speaks S3.</summary>
/// <remarks>
/// Bodies are sent whole and without the checksums that only Amazon takes: other services refuse chunked ones. Over https the
/// connection vouches for the body, over http the signature does.
/// </remarks>
internal sealed class S3Store : IObjectStore, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private const int PageSize = 250;

    private readonly AmazonS3Client client;
    private readonly string bucket;
    private readonly bool isEncrypted;

    public S3Store(S3Bucket place)
    {
        bucket = place.Name;
        isEncrypted = place.Endpoint.Scheme is "https";
        client = new AmazonS3Client(new BasicAWSCredentials(place.AccessKeyId, place.SecretAccessKey), new AmazonS3Config
        {
            ServiceURL = place.Endpoint.AbsoluteUri,
            AuthenticationRegion = place.Region,
            ForcePathStyle = true,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            MaxErrorRetry = 2,
            Timeout = Patience,
        });
    }

    public Task PutAsync(string key, Stream content, string contentType, CancellationToken cancellationToken)
    {
        var put = new PutObjectRequest
        {
            BucketName = bucket,
            Key = ObjectKey.Checked(key),
            InputStream = content,
            AutoCloseStream = false,
            AutoResetStreamPosition = false,
            ContentType = contentType,
            UseChunkEncoding = false,
            DisablePayloadSigning = isEncrypted,
        };
        put.Headers.ContentLength = content.Length - content.Position;
        return DoAsync(() => client.PutObjectAsync(put, cancellationToken), cancellationToken);
    }

    public async Task<Stream?> GetAsync(string key, CancellationToken cancellationToken)
    {
        var get = new GetObjectRequest { BucketName = bucket, Key = ObjectKey.Checked(key) };
        return (await DoAsync(() => client.GetObjectAsync(get, cancellationToken), cancellationToken))?.ResponseStream;
    }

    public async Task<bool> ExistsAsync(string key, CancellationToken cancellationToken)
    {
        var head = new GetObjectMetadataRequest { BucketName = bucket, Key = ObjectKey.Checked(key) };
        return await DoAsync(() => client.GetObjectMetadataAsync(head, cancellationToken), cancellationToken) is not null;
    }

    public Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        var delete = new DeleteObjectRequest { BucketName = bucket, Key = ObjectKey.Checked(key) };
        return DoAsync(() => client.DeleteObjectAsync(delete, cancellationToken), cancellationToken);
    }

    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var list = new ListObjectsV2Request { BucketName = bucket, Prefix = ObjectKey.CheckedPrefix(prefix), MaxKeys = PageSize };
        while (await DoAsync(() => client.ListObjectsV2Async(list, cancellationToken), cancellationToken) is { } page)
        {
            foreach (var found in page.S3Objects ?? [])
            {
                yield return new StoredObject(found.Key, found.Size ?? 0, found.LastModified is { } changed ? new DateTimeOffset(changed.ToUniversalTime()) : default);
            }

            if (page.IsTruncated is not true || page.S3Objects is not [.., var last])
            {
                break;
            }

            // Not by the service's token: a key means the same to all of them.
            list.StartAfter = last.Key;
        }
    }

    public void Dispose() => client.Dispose();

    /// <returns>Null when there is no such object.</returns>
    private static async Task<TResult?> DoAsync<TResult>(Func<Task<TResult>> ask, CancellationToken cancellationToken)
        where TResult : class
    {
        try
        {
            return await ask();
        }
        catch (AmazonS3Exception refused) when (refused.StatusCode is HttpStatusCode.NotFound && refused.ErrorCode is not "NoSuchBucket")
        {
            return null;
        }
        catch (AmazonServiceException refused)
        {
            throw new ObjectStoreException($"The object store refused ({(int)refused.StatusCode} {refused.ErrorCode}).", refused);
        }
        catch (Exception away) when (away is AmazonClientException or HttpRequestException or IOException || (away is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new ObjectStoreException("The object store does not answer.", away);
        }
    }
}
