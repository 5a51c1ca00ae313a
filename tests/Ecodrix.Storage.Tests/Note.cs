using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Ecodrix.Storage.Tests;

/// <summary>A document of these tests alone, indexed as the hot collections are.</summary>
internal sealed record Note(
    [property: JsonPropertyName("_id")] string Id,
    long Version = 1,
    string? Tenant = null,
    string? LeadId = null,
    string? Lane = null,
    DateTimeOffset? DueAt = null,
    JsonNode? Content = null,
    string? Text = null) : IDocument<Note>
{
    public static Collection<Note> Collection { get; } = new(
        "notes",
        NoteContext.Default.Note,
        new DocumentIndex("tenant", "_id"),
        new DocumentIndex("tenant", "leadId", "_id"),
        new DocumentIndex("lane", "dueAt") { OnlyWhenSet = "dueAt" });
}

[JsonSerializable(typeof(Note))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(InstantConverter)])]
internal sealed partial class NoteContext : JsonSerializerContext;
