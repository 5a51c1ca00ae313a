using Ecodrix.Server.Features.Pipelines;

namespace Ecodrix.Server.Features.Leads;

/// <summary>Every way in which a lead changes, as pure functions. What follows from a change is found by comparing before and after.</summary>
internal static class LeadChanges
{
    public const int MostTags = 100;

    /// <summary>Enters a stage. A won or lost stage sets the status, any other makes the lead open again.</summary>
    public static Lead MoveTo(this Lead lead, Placement place, DateTimeOffset now)
    {
        if (string.Equals(lead.StageId, place.Stage.Id, StringComparison.Ordinal))
        {
            return lead;
        }

        var moved = lead with { PipelineId = place.Pipeline.Id, StageId = place.Stage.Id, EnteredStageAt = now };
        return moved.WithStatus(StatusIn(place.Stage), now);
    }

    /// <summary>Adds first, then removes; a tag in both is removed. Tags compare by case and keep the order in which they came.</summary>
    public static Lead Tag(this Lead lead, IEnumerable<string> add, IEnumerable<string> remove)
    {
        var removed = remove.ToHashSet(StringComparer.Ordinal);
        List<string> tags = [.. lead.Tags.Concat(add).Distinct(StringComparer.Ordinal).Where(tag => !removed.Contains(tag))];
        return tags.SequenceEqual(lead.Tags, StringComparer.Ordinal) ? lead : lead with { Tags = tags };
    }

    public static Lead AssignTo(this Lead lead, string? assignee) =>
        string.Equals(lead.AssignedTo, assignee, StringComparison.Ordinal) ? lead : lead with { AssignedTo = assignee };

    public static Lead Archive(this Lead lead) =>
        lead.Status is LeadStatus.Archived ? lead : lead with { Status = LeadStatus.Archived, StatusBeforeArchive = lead.Status };

    /// <summary>Undoes <see cref="Archive"/>.</summary>
    public static Lead Restore(this Lead lead) =>
        lead.Status is LeadStatus.Archived ? lead with { Status = lead.StatusBeforeArchive ?? LeadStatus.Open, StatusBeforeArchive = null } : lead;

    /// <summary>Fills a phone and an email that the lead lacks; overwrites nothing.</summary>
    public static Lead Fill(this Lead lead, string? phone, string? email) =>
        (lead.Phone is null && phone is not null) || (lead.Email is null && email is not null)
            ? lead with { Phone = lead.Phone ?? phone, Email = lead.Email ?? email }
            : lead;

    public static LeadStatus StatusIn(Stage stage) =>
        stage.IsWon ? LeadStatus.Won : stage.IsLost ? LeadStatus.Lost : LeadStatus.Open;

    private static Lead WithStatus(this Lead lead, LeadStatus status, DateTimeOffset now)
    {
        if (lead.Status is LeadStatus.Archived)
        {
            return lead with { StatusBeforeArchive = status, ConvertedAt = ConvertedAt(lead, status, now) };
        }

        return lead with { Status = status, ConvertedAt = ConvertedAt(lead, status, now) };
    }

    private static DateTimeOffset? ConvertedAt(Lead lead, LeadStatus status, DateTimeOffset now) => status switch
    {
        LeadStatus.Open => null,
        _ when status == lead.Status => lead.ConvertedAt,
        _ => now,
    };
}
