using System.Text.RegularExpressions;

namespace Ecodrix.Channels.Media;

/// <summary>A bucket of a service that speaks S3, and the key that opens it.</summary>
/// <param name="Endpoint">The service without the bucket, such as <c>https://account.r2.cloudflarestorage.com</c>.</param>
public sealed partial record S3Bucket(string Name, Uri Endpoint, string AccessKeyId, string SecretAccessKey)
{
    private const string AnyRegion = "us-east-1";

    /// <summary>Of an address such as <c>https://s3.eu-central-1.amazonaws.com</c> it is the second name; services without regions take the first that there was.</summary>
    internal string Region => Endpoint.Host.Split('.') is ["s3", var region, _, _, ..] ? region : AnyRegion;

    /// <summary>Whether a bucket can be called so: 3 to 63 lower-case letters, digits, hyphens and dots.</summary>
    public static bool IsName(string name) => Names().IsMatch(name);

    /// <summary>Without the secret.</summary>
    public override string ToString() => $"s3://{Name}";

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\z", RegexOptions.CultureInvariant)]
    private static partial Regex Names();
}
