using System.Text.Json.Serialization;
using Ecodrix.Channels.WhatsApp;

namespace Ecodrix.Server.Features.Templates;

/// <summary>A template as the API shows it.</summary>
internal sealed record TemplateView
{
    [JsonPropertyName("_id")]
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string Language { get; init; }

    public required string Status { get; init; }

    public required string Category { get; init; }

    public required string ParameterFormat { get; init; }

    public required IReadOnlyList<TemplateComponent> Components { get; init; }

    /// <summary>What whoever sends it must give.</summary>
    public required TemplateContract Parameters { get; init; }

    public string? QualityScore { get; init; }

    public string? RejectedReason { get; init; }

    public TemplateMapping? Mapping { get; init; }

    public required DateTimeOffset SyncedAt { get; init; }

    public static TemplateView Of(Template template) => new()
    {
        Id = template.Id,
        Name = template.Name,
        Language = template.Language,
        Status = template.Status,
        Category = template.Category,
        ParameterFormat = template.Definition.ParameterFormat,
        Components = template.Definition.Components,
        Parameters = TemplateContract.Of(template.Definition),
        QualityScore = template.Definition.QualityScore,
        RejectedReason = template.Definition.RejectedReason,
        Mapping = template.Mapping,
        SyncedAt = template.SyncedAt,
    };
}
