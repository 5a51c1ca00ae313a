using Ecodrix.Channels.Media;

namespace Ecodrix.Server.Configuration;

/// <summary>Reads where what lies outside the databases is kept (<c>ECODRIX_STORAGE</c>). So far that is the marks of the services database.</summary>
internal static class StorageSettings
{
    private const string Name = "ECODRIX_STORAGE";

    private const string File = "file:";

    private const string S3 = "s3://";

    /// <returns>Null when no folder is named.</returns>
    public static string? Folder(SettingValues values, IHostEnvironment environment) =>
        values.Text(Name) is not { } uri || uri.StartsWith(S3, StringComparison.Ordinal) ? null
        : uri.StartsWith(File, StringComparison.Ordinal) && uri.Length > File.Length ? Path.GetFullPath(uri[File.Length..], environment.ContentRootPath)
        : throw new WrongSettingException(Name, "must be file:<folder>, such as file:/var/lib/ecodrix/media, or s3://<bucket>");

    /// <returns>Null when no bucket is named.</returns>
    public static S3Bucket? Bucket(SettingValues values)
    {
        if (values.Text(Name) is not { } uri || !uri.StartsWith(S3, StringComparison.Ordinal))
        {
            return null;
        }

        var bucket = uri[S3.Length..].TrimEnd('/');
        return !S3Bucket.IsName(bucket)
            ? throw new WrongSettingException(Name, "must be s3://<bucket> with the bucket's name alone, such as s3://ecodrix-media")
            : new S3Bucket(
                bucket,
                values.Address("ECODRIX_S3_ENDPOINT") ?? throw Missing("ECODRIX_S3_ENDPOINT", "the address of the service, such as https://account.r2.cloudflarestorage.com"),
                values.Text("ECODRIX_S3_ACCESS_KEY_ID") ?? throw Missing("ECODRIX_S3_ACCESS_KEY_ID", "the id of a key that may read and write the bucket"),
                values.Text("ECODRIX_S3_SECRET_ACCESS_KEY") ?? throw Missing("ECODRIX_S3_SECRET_ACCESS_KEY", "the secret of that key"));
    }

    private static WrongSettingException Missing(string name, string what) => new(name, $"must be set while {Name} is s3://, to {what}");
}
