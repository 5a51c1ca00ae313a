using System.Text.Json;
using Ecodrix.Storage;
using Ecodrix.Storage.Routing;

namespace Ecodrix.Bench.Serving;

/// <summary>What a tenant's database holds, read through the storage that serves it.</summary>
internal static class Checksums
{
    public static void MapChecksums(this WebApplication app) =>
        app.MapPost("/bench/checksums", async (ChecksumRequest request, ITenantCopies copies, CancellationToken cancellationToken) =>
        {
            // A copy of a place onto itself changes nothing and reads everything.
            var path = new CopyPath(TenantId.Parse(request.Tenant), request.Place, request.Place);
            var read = await copies.SettleAsync(path, () => Task.FromResult(true), cancellationToken);
            return TypedResults.Text(JsonSerializer.Serialize(new { data = read }), "application/json");
        });

    /// <returns>Of each collection that holds anything: its name, how many documents it has and their checksum.</returns>
    public static async Task<IReadOnlyList<string>> ReadAsync(ServerUnderTest server, string tenant, string? place, CancellationToken cancellationToken)
    {
        var read = await server.SendAsync(HttpMethod.Post, "/bench/checksums", new { tenant, place }, cancellationToken);
        return [.. read.Deserialize<List<CopiedCollection>>()!.Where(collection => collection.Documents > 0).Select(collection => collection.ToString())];
    }

    /// <param name="Place">Null for where most clients' are.</param>
    internal sealed record ChecksumRequest(string Tenant, string? Place);
}
