using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Ecodrix.Channels.WhatsApp;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Templates;

/// <summary>A WhatsApp template as last synced, and how a client wants its variables filled.</summary>
internal sealed record Template : IDocument<Template>
{
    public static Collection<Template> Collection { get; } = new("templates", TemplatesJson.Default.Template, new DocumentIndex("name"));

    /// <summary>Follows from name and language, so that one is found by them and never stored twice.</summary>
    [JsonPropertyName("_id")]
    public required string Id { get; init; }

    public long Version { get; init; } = 1;

    public required string Name { get; init; }

    public required string Language { get; init; }

    /// <summary>The provider's, in lower case, or <see cref="Deleted"/>.</summary>
    public required string Status { get; init; }

    /// <summary>In lower case: <c>marketing utility authentication</c>.</summary>
    public required string Category { get; init; }

    /// <summary>As the provider describes it.</summary>
    public required WhatsAppTemplate Definition { get; init; }

    /// <summary>Kept over syncs.</summary>
    public TemplateMapping? Mapping { get; init; }

    public required DateTimeOffset SyncedAt { get; init; }

    public const string Deleted = "deleted";

    [JsonIgnore]
    public bool IsApproved => Status is "approved";

    public static string IdOf(string name, string language) =>
        $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{name}\n{language}")))[..20]}0000";

    public static Template Of(WhatsAppTemplate definition, DateTimeOffset now) => new()
    {
        Id = IdOf(definition.Name, definition.Language),
        Name = definition.Name,
        Language = definition.Language,
        Status = definition.Status.ToLowerInvariant(),
        Category = definition.Category.ToLowerInvariant(),
        Definition = definition,
        SyncedAt = now,
    };

    /// <summary>As the provider has it now; what the client decided stays.</summary>
    public Template Synced(WhatsAppTemplate definition, DateTimeOffset now) =>
        Of(definition, now) with { Version = Version + 1, Mapping = Mapping };

    public Template Gone(DateTimeOffset now) => this with { Version = Version + 1, Status = Deleted, SyncedAt = now };
}

/// <summary>How a template's variables are filled where a rule gives none.</summary>
/// <param name="OnEmptyVariable"><c>skip</c>, <c>send_default</c> or <c>fail</c>.</param>
internal sealed record TemplateMapping(IReadOnlyList<VariableMapping> Mappings, string OnEmptyVariable);

/// <param name="VariableIndex">From 1.</param>
/// <param name="Component"><c>header</c>, <c>body</c> or <c>buttons</c>; null is the body.</param>
/// <param name="Source"><c>lead</c>, <c>event</c>, <c>static</c> or <c>resolved</c>.</param>
/// <param name="Field">A path within the source.</param>
/// <param name="Value">For <c>static</c>.</param>
internal sealed record VariableMapping(int VariableIndex, string? Component, string Source, string? Field, string? Value, string? Default);
