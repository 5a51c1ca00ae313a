using System.Text.Json.Serialization;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Migrations;

/// <summary>In a tenant's own database: how far a migration has come there. So it is copied, moved and restored with what it speaks of.</summary>
internal sealed record MigrationMark : IDocument<MigrationMark>
{
    public static Collection<MigrationMark> Collection { get; } = new("migrations", MigrationsJson.Default.MigrationMark);

    /// <summary>The migration's name.</summary>
    [JsonPropertyName("_id")]
    public required string Id { get; init; }

    public long Version { get; init; } = 1;

    public string? Reached { get; init; }

    /// <summary>Null while it is under way.</summary>
    public DateTimeOffset? DoneAt { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(InstantConverter), typeof(WireEnums)])]
[JsonSerializable(typeof(MigrationMark))]
[JsonSerializable(typeof(ShowMigrations.View), TypeInfoPropertyName = "MigrationsView")]
internal sealed partial class MigrationsJson : JsonSerializerContext;
