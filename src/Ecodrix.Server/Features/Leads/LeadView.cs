using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Ecodrix.Server.Features.Pipelines;

namespace Ecodrix.Server.Features.Leads;

/// <summary>A lead as the API shows it, and as templates and conditions see it: one form for all of them.</summary>
internal sealed record LeadView
{
    [JsonPropertyName("_id")]
    public required string Id { get; init; }

    public string? FirstName { get; init; }

    public string? LastName { get; init; }

    public required string FullName { get; init; }

    public string? Email { get; init; }

    public string? Phone { get; init; }

    public string? WaUserId { get; init; }

    public LeadStatus Status { get; init; }

    public required string Source { get; init; }

    public string? PipelineId { get; init; }

    public PipelineName? Pipeline { get; init; }

    public string? StageId { get; init; }

    public Stage? Stage { get; init; }

    public decimal? DealValue { get; init; }

    public string? DealTitle { get; init; }

    public required string Currency { get; init; }

    public string? AssignedTo { get; init; }

    public required IReadOnlyList<string> Tags { get; init; }

    public int Score { get; init; }

    public required IReadOnlyList<ScoreDetail> ScoreDetails { get; init; }

    public required LeadMetadata Metadata { get; init; }

    public required LeadConsent Consent { get; init; }

    public DateTimeOffset? LastContactedAt { get; init; }

    public DateTimeOffset? ConvertedAt { get; init; }

    public DateTimeOffset? EnteredStageAt { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    public static LeadView Of(Lead lead, PipelineBook book)
    {
        var pipeline = book.Find(lead.PipelineId);
        return new LeadView
        {
            Id = lead.Id,
            FirstName = lead.FirstName,
            LastName = lead.LastName,
            FullName = lead.FullName,
            Email = lead.Email,
            Phone = lead.Phone,
            WaUserId = lead.WaUserId,
            Status = lead.Status,
            Source = lead.Source,
            PipelineId = lead.PipelineId,
            Pipeline = pipeline is null ? null : new PipelineName(pipeline.Id, pipeline.Name),
            StageId = lead.StageId,
            Stage = pipeline?.FindStage(lead.StageId),
            DealValue = lead.DealUnits is { } units ? Money.FromUnits(units) : null,
            DealTitle = lead.DealTitle,
            Currency = lead.Currency,
            AssignedTo = lead.AssignedTo,
            Tags = lead.Tags,
            Score = lead.Score,
            ScoreDetails = lead.ScoreDetails,
            Metadata = lead.Metadata,
            Consent = lead.Consent,
            LastContactedAt = lead.LastContactedAt,
            ConvertedAt = lead.ConvertedAt,
            EnteredStageAt = lead.EnteredStageAt,
            CreatedAt = lead.CreatedAt,
            UpdatedAt = lead.UpdatedAt,
        };
    }

    /// <summary>The view as templates and conditions read it.</summary>
    public JsonObject ToScope() => JsonSerializer.SerializeToNode(this, LeadsJson.Default.LeadView)!.AsObject();
}

internal sealed record PipelineName([property: JsonPropertyName("_id")] string Id, string Name);
