using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Ecodrix.Storage;

namespace Ecodrix.Server.Http.Idempotency;

/// <summary>One key of one tenant for one route: reserved while the first request runs, then its answer.</summary>
/// <param name="Id">A hash of tenant, method, path and key, so that looking for one is reading one document.</param>
/// <param name="Fingerprint">Of the query and the raw body.</param>
/// <param name="ReservedId">The id of what the request makes; a request that takes over makes the same.</param>
/// <param name="At">When it was reserved, or answered.</param>
internal sealed record IdempotencyRecord(
    [property: JsonPropertyName("_id")] string Id, long Version, string Tenant, string Fingerprint, string ReservedId, DateTimeOffset At)
    : IDocument<IdempotencyRecord>
{
    public static Collection<IdempotencyRecord> Collection { get; } =
        new("idempotency", HttpJson.Default.IdempotencyRecord, new DocumentIndex("tenant"), new DocumentIndex("at"));

    /// <summary>Null while the request runs.</summary>
    public RememberedAnswer? Answer { get; init; }

    public static string IdOf(TenantId tenant, string method, string path, string key) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{tenant.Value}\n{method}\n{path}\n{key}")));
}

/// <param name="Body">As text: every answer in the envelope is JSON.</param>
internal sealed record RememberedAnswer(int Status, string? Location, string Body);
