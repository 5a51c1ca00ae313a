using System.Text.Json.Serialization;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Tenants.Clients;

/// <summary>Which clients changed last: one document that every process reads each second. Its version numbers the changes.</summary>
internal sealed record TenantStamp : IDocument<TenantStamp>
{
    public const string TheOne = "tenants";

    private const int Remembered = 128;

    public static Collection<TenantStamp> Collection { get; } = new("stamps", TenantsJson.Default.TenantStamp);

    [JsonPropertyName("_id")]
    public string Id { get; init; } = TheOne;

    public long Version { get; init; } = 1;

    /// <summary>The client of each of the last changes, the latest last.</summary>
    public IReadOnlyList<string> Changes { get; init; } = [];

    public TenantStamp With(string client) => this with
    {
        Version = Version + 1,
        Changes = [.. Changes.Skip(Math.Max(0, Changes.Count + 1 - Remembered)), client],
    };

    /// <returns>The clients that changed after that version; null when it is too long ago to tell.</returns>
    public IReadOnlyList<string>? ChangesSince(long version)
    {
        var missed = Version - version;
        return missed < 0 || missed > Changes.Count ? null : [.. Changes.TakeLast((int)missed)];
    }
}
