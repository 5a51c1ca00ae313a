using System.Text.Json;
using Ecodrix.Server.Http;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Operations.Health;

/// <summary>Health as <c>GET /api/saas/health</c> gives it: in <c>data</c>, and once more beside it for monitors that look there.</summary>
/// <param name="HeldSince">Since when no effect leaves after a restore; null when effects leave.</param>
internal sealed record HealthView(string Status, long Uptime, string Db, string Version, DateTimeOffset? HeldSince = null) : IEnveloped
{
    public void WriteTo(Utf8JsonWriter writer, JsonSerializerOptions options)
    {
        WriteFigures(writer);
        writer.WriteStartObject("data");
        WriteFigures(writer);
        writer.WriteString("version", Version);
        writer.WriteEndObject();
    }

    private void WriteFigures(Utf8JsonWriter writer)
    {
        writer.WriteString("status", Status);
        writer.WriteNumber("uptime", Uptime);
        writer.WriteString("db", Db);
        if (HeldSince is { } since)
        {
            writer.WriteString("heldSince", Instants.Write(since));
        }
    }
}
