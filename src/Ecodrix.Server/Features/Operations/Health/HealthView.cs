using System.Text.Json;
using Ecodrix.Server.Http;

namespace Ecodrix.Server.Features.Operations.Health;

/// <summary>Health as <c>GET /api/saas/health</c> gives it: in <c>data</c>, and once more beside it for monitors that look there.</summary>
internal sealed record HealthView(string Status, long Uptime, string Db, string Version) : IEnveloped
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
    }
}
